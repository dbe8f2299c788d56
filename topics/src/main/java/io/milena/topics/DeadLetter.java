package io.milena.topics;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A record of {@link Topics#DEAD_LETTERS}: key, value and headers of a record that could not be handled, as they were, and where and why in further
 * headers behind them. A value that with these would be larger than a record may be is cut: a letter that cannot be written would hold up its partition.
 *
 * @param source where the record stood; empty if the letter doesn't say
 * @param key as it was; may be null
 * @param value as it was, or its beginning
 * @param headers those of the record itself, in order
 * @param cutFrom how long the value was that is no longer whole
 */
public record DeadLetter(
        Optional<Source> source, String reason, byte[] key, byte[] value, List<Header> headers, OptionalInt cutFrom) {
    private static final int LONGEST_REASON = 300;
    private static final int LARGEST_VALUE = 1024 * 1024 - 4096;
    private static final String REASON = "reason";
    private static final String SOURCE = "source";
    private static final String CUT_FROM = "dead-letter-cut-from";

    /** Where a record stands. */
    public record Source(String topic, int partition, long offset) {
        private static final Pattern FORM = Pattern.compile("(.+)-(\\d{1,9})@(\\d{1,18})");

        static Optional<Source> parse(String text) {
            var form = FORM.matcher(text);
            return form.matches()
                    ? Optional.of(
                            new Source(form.group(1), Integer.parseInt(form.group(2)), Long.parseLong(form.group(3))))
                    : Optional.empty();
        }

        @Override
        public String toString() {
            return topic + "-" + partition + "@" + offset;
        }
    }

    public DeadLetter {
        headers = List.copyOf(headers);
    }

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
                .add(REASON, utf8(clipped(reason.toString())))
                .add(SOURCE, utf8(new Source(record.topic(), record.partition(), record.offset()).toString()));
        if (!whole) {
            letter.headers().add(CUT_FROM, utf8(Integer.toString(record.value().length)));
        }
        return letter;
    }

    /** Reads a letter. The record's own headers may have the same names: ours are the last ones. */
    public static DeadLetter from(ConsumerRecord<byte[], byte[]> record) {
        var headers = new ArrayList<>(List.of(record.headers().toArray()));
        var cutFrom = takeLast(headers, CUT_FROM);
        var source = takeLast(headers, SOURCE);
        var reason = takeLast(headers, REASON);
        return new DeadLetter(
                source.flatMap(Source::parse),
                reason.orElse(""),
                record.key(),
                record.value(),
                headers,
                cutFrom.filter(text -> text.matches("\\d{1,9}"))
                        .map(text -> OptionalInt.of(Integer.parseInt(text)))
                        .orElse(OptionalInt.empty()));
    }

    /** The record as it was, on its way to where it was; only a letter with a source has one. Its value may be replaced by the whole one. */
    public ProducerRecord<byte[], byte[]> original(byte[] whole) {
        return new ProducerRecord<>(source.orElseThrow().topic(), null, key, whole, headers);
    }

    /** How large the value was. */
    public int size() {
        return cutFrom.orElse(value == null ? 0 : value.length);
    }

    /** The envelope, if the record is mail. */
    public Optional<Envelope> envelope() {
        return last(headers, MailRecord.ENVELOPE).flatMap(header -> {
            try {
                return Optional.of(Json.read(header.value(), Envelope.class));
            } catch (MalformedRecordException e) {
                return Optional.empty();
            }
        });
    }

    private static Optional<String> takeLast(List<Header> headers, String name) {
        var found = last(headers, name);
        found.ifPresent(header -> headers.remove(headers.lastIndexOf(header)));
        return found.map(header -> new String(header.value(), StandardCharsets.UTF_8));
    }

    private static Optional<Header> last(List<Header> headers, String name) {
        return headers.reversed().stream()
                .filter(header -> header.key().equals(name) && header.value() != null)
                .findFirst();
    }

    private static String clipped(String text) {
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
