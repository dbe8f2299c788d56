/** A message while it arrives: judged, edited, hashed, and written to Kafka. Uses no other package. */
package io.milena.ingest.message;
