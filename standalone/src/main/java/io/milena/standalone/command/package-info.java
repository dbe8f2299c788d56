/**
 * The command {@code milena}: one grammar of all commands, their help and their exit codes, and the commands that run on this machine. It uses every
 * other package of standalone.
 */
package io.milena.standalone.command;
