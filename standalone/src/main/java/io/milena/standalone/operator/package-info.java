/**
 * The commands that call a running platform over REST, and how they print its answers. Uses {@code platform} for the
 * data directory and no service.
 */
package io.milena.standalone.operator;
