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
import org.apache.kafka.common.header.Headers;

/**
 * A record of {@link Topics#DEAD_LETTERS}: key, value and headers of a record that could not be handled or written, as they were, and where and why in further
 * headers behind them. A value that with these would be larger than a record may be is cut: a letter that cannot be written would hold up its partition.
 *
 * @param source where the record stood, or was to stand; empty if the letter doesn't say
 * @param key as it was; may be null
 * @param value as it was, or its beginning
 * @param headers those of the record itself, in order
 * @param cutFrom how long the value was that is no longer whole
 */
public record DeadLetter(
        Optional<Source> source, String reason, byte[] key, byte[] value, List<Header> headers, OptionalInt cutFrom) {
    private static final int LONGEST_REASON = 300;
    private static final String REASON = "reason";
    private static final String SOURCE = "source";
    private static final String CUT_FROM = "dead-letter-cut-from";
    /** Its name, ten digits and the lengths of both. */
    private static final int CUT_FROM_OCTETS = 128;

    /**
     * Where a record belongs.
     *
     * @param place where it was read; empty if it could not be written
     */
    public record Source(String topic, Optional<Place> place) {
        private static final Pattern FORM = Pattern.compile("(.+)-(\\d{1,9})@(\\d{1,18})");
        private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");

        static Optional<Source> parse(String text) {
            var form = FORM.matcher(text);
            if (form.matches()) {
                return Optional.of(new Source(
                        form.group(1),
                        Optional.of(new Place(Integer.parseInt(form.group(2)), Long.parseLong(form.group(3))))));
            }
            return TOPIC.matcher(text).matches() ? Optional.of(new Source(text, Optional.empty())) : Optional.empty();
        }

        @Override
        public String toString() {
            return topic
                    + place.map(where -> "-" + where.partition() + "@" + where.offset())
                            .orElse("");
        }
    }

    /** A place in a topic. */
    public record Place(int partition, long offset) {}

    public DeadLetter {
        headers = List.copyOf(headers);
    }

    /** The letter for a record that could not be handled because of {@code reason}. */
    public static ProducerRecord<byte[], byte[]> of(ConsumerRecord<byte[], byte[]> record, Throwable reason) {
        var source = new Source(record.topic(), Optional.of(new Place(record.partition(), record.offset())));
        return letter(record.key(), record.value(), record.headers(), source, reason.toString());
    }

    /** The letter for a record that its topic does not take because of {@code reason}. */
    public static ProducerRecord<byte[], byte[]> refused(ProducerRecord<byte[], byte[]> record, String reason) {
        var source = new Source(record.topic(), Optional.empty());
        return letter(record.key(), record.value(), record.headers(), source, reason);
    }

    private static ProducerRecord<byte[], byte[]> letter(
            byte[] key, byte[] value, Headers headers, Source source, String reason) {
        var letter = new ProducerRecord<>(Topics.DEAD_LETTERS, key, value);
        headers.forEach(header -> letter.headers().add(header));
        letter.headers().add(REASON, utf8(clipped(reason))).add(SOURCE, utf8(source.toString()));
        return letter;
    }

    /**
     * A letter of at most so many octets: its value is cut, and where that is not enough the record's own headers are left out, since where it stood is what has to be
     * known.
     */
    public static ProducerRecord<byte[], byte[]> cut(ProducerRecord<byte[], byte[]> letter, int octets) {
        int size = RecordSize.octets(letter);
        if (size <= octets) {
            return letter;
        }
        byte[] value = letter.value() == null ? new byte[0] : letter.value();
        var cut = utf8(Integer.toString(value.length));
        int room = octets - (size - value.length) - CUT_FROM_OCTETS;
        if (room >= 0) {
            var shorter = new ProducerRecord<>(
                    Topics.DEAD_LETTERS, letter.key(), Arrays.copyOf(value, Math.min(room, value.length)));
            letter.headers().forEach(header -> shorter.headers().add(header));
            shorter.headers().add(CUT_FROM, cut);
            return shorter;
        }
        var bare = new ProducerRecord<byte[], byte[]>(Topics.DEAD_LETTERS, null, new byte[0]);
        for (var name : List.of(REASON, SOURCE)) {
            var header = letter.headers().lastHeader(name);
            if (header != null) {
                bare.headers().add(header);
            }
        }
        bare.headers().add(CUT_FROM, cut);
        return bare;
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

    /** Whether the record's key and headers are gone too, since they alone were too large. */
    public boolean isBare() {
        return cutFrom.isPresent() && key == null && headers.isEmpty();
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
