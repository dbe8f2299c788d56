/** A message while it arrives: this room judges, edits and hashes it and writes it to Kafka. It uses no other room. */
package io.milena.ingest.message;
