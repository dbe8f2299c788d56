/** Takes mail over SMTP and answers {@code 250} when Kafka has it: settings, and the wiring of the parts. May use every package below; nothing uses it. */
package io.milena.ingest;
