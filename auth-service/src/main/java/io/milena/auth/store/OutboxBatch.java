package io.milena.auth.store;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Moves the oldest rows of the outbox into the directory topics: one Kafka transaction, then a deletion. A crash in
 * between publishes the same rows again, in the same order. Used by the relay's thread alone.
 */
final class OutboxBatch {
    private static final String OLDEST = "select id, topic, key, value from auth.outbox order by id limit 500";

    private final Connection connection;
    private final KafkaProducer<byte[], byte[]> producer;

    OutboxBatch(Connection connection, KafkaProducer<byte[], byte[]> producer) {
        this.connection = connection;
        this.producer = producer;
    }

    /** Publishes the oldest rows; false if there were none. */
    boolean publishNext() throws SQLException {
        var ids = new ArrayList<Long>();
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(OLDEST)) {
            while (row.next()) {
                ids.add(row.getLong("id"));
                records.add(new ProducerRecord<>(
                        row.getString("topic"), octets(row.getString("key")), octets(row.getString("value"))));
            }
        }
        if (records.isEmpty()) {
            return false;
        }
        producer.beginTransaction();
        records.forEach(producer::send);
        // Throws if any record was not acknowledged; closing the producer then aborts.
        producer.commitTransaction();
        delete(ids);
        return true;
    }

    private void delete(ArrayList<Long> ids) throws SQLException {
        try (var statement = connection.prepareStatement("delete from auth.outbox where id = any(?)")) {
            statement.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
            statement.executeUpdate();
        }
    }

    private static byte[] octets(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }
}
