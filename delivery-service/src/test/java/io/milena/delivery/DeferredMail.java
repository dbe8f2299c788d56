package io.milena.delivery;

import io.milena.topics.ContentShape;
import io.milena.topics.Envelope;
import io.milena.topics.MailRecord;
import io.milena.topics.Recipient;
import io.milena.topics.Retrying;
import io.milena.topics.Topics;
import io.milena.topics.Wishes;
import io.milena.topics.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Puts mail into the tiers, and reads which mail came back. */
public final class DeferredMail implements AutoCloseable {
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaClients clients;
    private final List<String> back = new ArrayList<>();
    private final Map<String, Envelope> envelopes = new HashMap<>();

    public DeferredMail(KafkaClients clients) {
        this.clients = clients;
        this.consumer = clients.reader(Map.of());
        var partitions = consumer.partitionsFor(Topics.OUTBOUND).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    public static MailRecord mail(String id, String account, String domain, Instant due, Optional<Instant> release) {
        var header = "X-Milena-Tag: tag-of-" + id + "\r\n\r\n";
        var envelope = Envelope.of(
                        id,
                        account,
                        "sender@example.org",
                        List.of(Recipient.of("reader@" + domain)),
                        due.minus(Duration.ofHours(1)),
                        Duration.ofHours(73),
                        ContentShape.plain(header.length(), header.length()))
                .withRetrying(
                        new Retrying(1, Optional.of(due), Optional.empty(), false, false, Optional.empty(), false))
                .withWishes(Wishes.NONE.withRelease(release));
        return new MailRecord(envelope, header.getBytes(StandardCharsets.US_ASCII));
    }

    public static ProducerRecord<byte[], byte[]> in(Duration tier, MailRecord mail) {
        return mail.to(Topics.deferred(tier), mail.envelope().id());
    }

    public void put(Collection<ProducerRecord<byte[], byte[]>> records) throws Exception {
        try (var producer = clients.producer(Map.of())) {
            for (var record : records) {
                producer.send(record);
            }
            producer.flush();
        }
    }

    public void put(Duration tier, MailRecord... mail) throws Exception {
        put(List.of(mail).stream().map(one -> in(tier, one)).toList());
    }

    /** The ids of what has come to {@code mail.outbound} so far, in the order in which they were read. */
    List<String> back() {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> {
            var envelope = MailRecord.from(record).envelope();
            back.add(envelope.id());
            envelopes.put(envelope.id(), envelope);
        });
        return List.copyOf(back);
    }

    /** The envelope with which the message came back. */
    public Envelope envelope(String id) {
        return envelopes.get(id);
    }

    /** The ids, when at least {@code count} have come; a minute must be enough. */
    public List<String> awaitBack(int count) {
        return awaitBack(ids -> ids.size() >= count);
    }

    /** The ids of all mail that has come back, when these are among it. */
    public List<String> awaitBack(Collection<String> these) {
        return awaitBack(ids -> ids.size() >= these.size() && Set.copyOf(ids).containsAll(these));
    }

    private List<String> awaitBack(Predicate<List<String>> enough) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!enough.test(back()) && System.nanoTime() - end < 0) {
            // back() blocks while it polls.
        }
        return List.copyOf(back);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
