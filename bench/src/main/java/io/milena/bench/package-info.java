/**
 * {@code ./milena bench}: starts the platform, loads it on loopback and prints the results. All traffic stays on
 * 127.0.0.0/8.
 */
package io.milena.bench;
