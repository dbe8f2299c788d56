package io.milena.topics;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The form of a record of {@link Topics#DEAD_LETTERS}: key, value and headers as they were, and where and why in further headers. A
 * value that with these would be larger than a record may be is cut: a letter that cannot be written would hold up its partition.
 */
public final class DeadLetter {
    private static final int LONGEST_REASON = 300;
    private static final int LARGEST_VALUE = 1024 * 1024 - 4096;

    private DeadLetter() {}

    /** The letter for a record that could not be handled because of {@code reason}. */
    public static ProducerRecord<byte[], byte[]> of(ConsumerRecord<byte[], byte[]> record, Throwable reason) {
        int headers = 0;
        for (var header : record.headers()) {
            headers += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        int room = Math.max(0, LARGEST_VALUE - headers - (record.key() == null ? 0 : record.key().length));
        boolean whole = record.value() == null || record.value().length <= room;
        var letter = new ProducerRecord<>(
                Topics.DEAD_LETTERS, record.key(), whole ? record.value() : Arrays.copyOf(record.value(), room));
        record.headers().forEach(header -> letter.headers().add(header));
        letter.headers()
                .add("reason", utf8(clipped(reason.toString())))
                .add("source", utf8(record.topic() + "-" + record.partition() + "@" + record.offset()));
        return letter;
    }

    private static String clipped(String text) {
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
