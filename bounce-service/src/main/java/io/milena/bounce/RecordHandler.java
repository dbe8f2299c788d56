package io.milena.bounce;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A duty: what to write for a record. Whatever it throws sends the record to the dead letters. Called by one thread. */
interface RecordHandler {
    Handled handle(ConsumerRecord<byte[], byte[]> record);
}
