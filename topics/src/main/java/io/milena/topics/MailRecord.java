package io.milena.topics;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** One record of mail: the envelope in one JSON header, the content (or its header section) as the value. */
public record MailRecord(Envelope envelope, byte[] content) {
    static final String ENVELOPE = "envelope";
    private static final String FAILURE = "failure";

    /** Reads a record of a mail topic; what is none is a {@link MalformedRecordException}. */
    public static MailRecord from(ConsumerRecord<byte[], byte[]> record) {
        byte[] content = record.value() == null ? new byte[0] : record.value();
        var envelope = Json.read(header(record, ENVELOPE), Envelope.class);
        if (envelope.headerLength() < 0 || envelope.headerLength() > content.length) {
            throw new MalformedRecordException("headerLength " + envelope.headerLength() + " of " + content.length);
        }
        return new MailRecord(envelope, content);
    }

    /** Whether it may be of the message with this id, in ASCII: for whoever looks through many, as this reads no JSON. */
    public static boolean mayBeOf(ConsumerRecord<byte[], byte[]> record, byte[] id) {
        var header = record.headers().lastHeader(ENVELOPE);
        return header != null && header.value() != null && contains(header.value(), id);
    }

    private static boolean contains(byte[] text, byte[] part) {
        for (int from = 0; from <= text.length - part.length; from++) {
            if (text[from] == part[0] && Arrays.equals(text, from, from + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }

    /** The failure that travels with a record of {@link Topics#FAILED}. */
    public static Failure failureOf(ConsumerRecord<byte[], byte[]> record) {
        return Json.read(header(record, FAILURE), Failure.class);
    }

    public ProducerRecord<byte[], byte[]> to(String topic, String key) {
        return withEnvelope(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), content));
    }

    /** For one partition, whatever its key would say. */
    public ProducerRecord<byte[], byte[]> to(String topic, int partition, String key) {
        return withEnvelope(new ProducerRecord<>(topic, partition, key.getBytes(StandardCharsets.UTF_8), content));
    }

    private ProducerRecord<byte[], byte[]> withEnvelope(ProducerRecord<byte[], byte[]> record) {
        record.headers().add(ENVELOPE, Json.write(envelope));
        return record;
    }

    /** The record of {@link Topics#FAILED} for this mail; the envelope's recipients are those of whom it tells. */
    public ProducerRecord<byte[], byte[]> failed(Failure failure) {
        var record = to(Topics.FAILED, envelope.id());
        record.headers().add(FAILURE, Json.write(failure));
        return record;
    }

    private static byte[] header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        if (header == null || header.value() == null) {
            throw new MalformedRecordException("no header " + name);
        }
        return header.value();
    }
}
