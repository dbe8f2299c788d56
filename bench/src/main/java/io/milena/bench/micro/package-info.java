/** The hot paths by themselves, measured by JMH: {@code ./milena bench micro}. No tests, no platform. */
package io.milena.bench.micro;
