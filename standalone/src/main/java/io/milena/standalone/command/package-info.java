/**
 * The command {@code milena}: the grammar of all commands with their help and exit codes, and the commands that run on
 * this machine. Uses every other package of standalone.
 */
package io.milena.standalone.command;
