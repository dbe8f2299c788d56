/**
 * The whole platform in one process: the embedded servers that start before the services and stop after them. It uses the postbox and {@code platform}.
 */
package io.milena.standalone.single;
