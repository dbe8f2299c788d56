package io.milena.bounce;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A duty: what to write for a record. What it throws sends the record to the dead letters, except
 * Kafka's own exceptions: those have the batch tried again. Called by one thread.
 */
interface RecordHandler {
    Handled handle(ConsumerRecord<byte[], byte[]> record);
}
