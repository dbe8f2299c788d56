/**
 * The commands that ask a running platform over REST, and how they print what it answers. They use {@code platform} for the data directory and no service.
 */
package io.milena.standalone.operator;
