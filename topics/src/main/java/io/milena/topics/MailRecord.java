package io.milena.topics;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** One record of mail: the envelope in one JSON header, the content (or its header section) as the value. */
public record MailRecord(Envelope envelope, byte[] content) {
    public static final String ENVELOPE = "envelope";
    private static final String FAILURE = "failure";

    /** Reads a record of a mail topic; a record of another form is a {@link MalformedRecordException}. */
    public static MailRecord from(ConsumerRecord<byte[], byte[]> record) {
        byte[] content = record.value() == null ? new byte[0] : record.value();
        var envelope = Json.read(header(record, ENVELOPE), Envelope.class);
        if (envelope.content().headerLength() < 0 || envelope.content().headerLength() > content.length) {
            throw new MalformedRecordException(
                    "headerLength " + envelope.content().headerLength() + " of " + content.length);
        }
        return new MailRecord(envelope, content);
    }

    /**
     * Whether it may belong to the message with this id, in ASCII. Fast, for searching many records: it reads no JSON.
     */
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

    /** The envelope of a record that is to be written, if it is mail. */
    public static Optional<Envelope> envelopeOf(ProducerRecord<byte[], byte[]> record) {
        return value(record.headers(), ENVELOPE).map(json -> Json.read(json, Envelope.class));
    }

    /** A copy with another envelope, for some of the recipients; of a failure it keeps their entries. */
    public static ProducerRecord<byte[], byte[]> copy(
            ProducerRecord<byte[], byte[]> record, Envelope envelope, byte[] content) {
        var copy = new ProducerRecord<>(record.topic(), record.partition(), record.key(), content);
        for (var header : record.headers()) {
            switch (header.key()) {
                case ENVELOPE -> copy.headers().add(ENVELOPE, Json.write(envelope));
                case FAILURE ->
                    copy.headers()
                            .add(
                                    FAILURE,
                                    Json.write(Json.read(header.value(), Failure.class)
                                            .about(envelope.recipients())));
                default -> copy.headers().add(header);
            }
        }
        return copy;
    }

    public ProducerRecord<byte[], byte[]> to(String topic, String key) {
        return withEnvelope(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), content));
    }

    /** For one partition, whatever its key. */
    public ProducerRecord<byte[], byte[]> to(String topic, int partition, String key) {
        return withEnvelope(new ProducerRecord<>(topic, partition, key.getBytes(StandardCharsets.UTF_8), content));
    }

    private ProducerRecord<byte[], byte[]> withEnvelope(ProducerRecord<byte[], byte[]> record) {
        record.headers().add(ENVELOPE, Json.write(envelope));
        return record;
    }

    /**
     * The record of {@link Topics#FAILED} for this mail; the failure has an entry for each recipient of the envelope.
     */
    public ProducerRecord<byte[], byte[]> failed(Failure failure) {
        var record = to(Topics.FAILED, envelope.id());
        record.headers().add(FAILURE, Json.write(failure));
        return record;
    }

    private static byte[] header(ConsumerRecord<byte[], byte[]> record, String name) {
        return value(record.headers(), name).orElseThrow(() -> new MalformedRecordException("no header " + name));
    }

    private static Optional<byte[]> value(Headers headers, String name) {
        return Optional.ofNullable(headers.lastHeader(name)).map(Header::value);
    }
}
