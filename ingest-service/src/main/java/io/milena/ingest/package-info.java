/** Takes mail over SMTP on event loops and answers {@code 250} when Kafka has it. Nothing here blocks an event loop. */
package io.milena.ingest;
