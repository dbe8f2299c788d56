package io.milena.topics;

import org.apache.kafka.clients.producer.ProducerRecord;

/** The size of a record for a broker. */
public final class RecordSize {
    /**
     * A batch with one record, without key, value and headers: 61 octets of batch, and at most 40 of lengths, time and
     * offset.
     */
    private static final int OVERHEAD = 61 + 40;
    /** Two lengths of at most 5 octets. */
    private static final int HEADER_OVERHEAD = 10;

    private RecordSize() {}

    /** Upper bound of the record's size as the only one of its batch, uncompressed. */
    public static int octets(ProducerRecord<byte[], byte[]> record) {
        long octets = OVERHEAD + length(record.key()) + length(record.value());
        for (var header : record.headers()) {
            // A char takes at most three octets of UTF-8.
            octets += HEADER_OVERHEAD + 3L * header.key().length() + length(header.value());
        }
        return (int) Math.min(octets, Integer.MAX_VALUE);
    }

    private static int length(byte[] octets) {
        return octets == null ? 0 : octets.length;
    }
}
