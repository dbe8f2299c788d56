/**
 * Takes mail over SMTP and answers {@code 250} when Kafka has it. This room has the settings and the wiring of the
 * parts; it may use all other rooms, and none uses it.
 */
package io.milena.ingest;
