/**
 * The whole platform in one process: the embedded servers start before the services and stop after them. Uses the
 * postbox and {@code platform}.
 */
package io.milena.standalone.single;
