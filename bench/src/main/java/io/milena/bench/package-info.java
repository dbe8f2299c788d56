/** {@code ./milena bench}: starts the platform, loads it on loopback and prints what it reached. All traffic stays on 127.0.0.1. */
package io.milena.bench;
