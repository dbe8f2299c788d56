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
 * A record of {@link Topics#DEAD_LETTERS}: key, value and headers of a record that could not be handled or written,
 * followed by headers with its source and the reason. If that is larger than a record may be, the value is cut: a
 * letter that cannot be written would block its partition.
 *
 * @param source where the record stood or was to be written; empty if the letter has no source
 * @param key may be null
 * @param value the whole value, or its beginning
 * @param headers those of the record itself, in order
 * @param cutFrom length of the whole value, if the value was cut
 */
public record DeadLetter(
        Optional<Source> source, String reason, byte[] key, byte[] value, List<Header> headers, OptionalInt cutFrom) {
    private static final int LONGEST_REASON = 300;
    private static final String REASON = "reason";
    private static final String SOURCE = "source";
    private static final String CUT_FROM = "dead-letter-cut-from";
    /** The header's name, ten digits and the lengths of both. */
    private static final int CUT_FROM_OCTETS = 128;

    /**
     * Topic, and if known the place, of a record.
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
     * Shortens a letter to at most {@code octets}: the value is cut, and if that is not enough the record's own headers
     * are left out, since the source matters most.
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

    /** Reads a letter. If the record's own headers have equal names, ours are the last ones. */
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

    /** The record as it was read, addressed to the topic of its source, with the whole value. Needs a source. */
    public ProducerRecord<byte[], byte[]> original(byte[] whole) {
        return new ProducerRecord<>(source.orElseThrow().topic(), null, key, whole, headers);
    }

    /** Whether key and headers were left out too, since they alone were too large. */
    public boolean isBare() {
        return cutFrom.isPresent() && key == null && headers.isEmpty();
    }

    /** Octets of the whole value. */
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
