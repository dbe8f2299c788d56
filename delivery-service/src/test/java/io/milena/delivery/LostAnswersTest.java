package io.milena.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.delivery.fanout.FanOut;
import io.milena.delivery.fanout.FanOutTest;
import io.milena.delivery.outcome.DeliveryLog;
import io.milena.delivery.progress.Backlog;
import io.milena.delivery.tier.TierLoop;
import io.milena.topics.MailRecord;
import io.milena.topics.Recipient;
import io.milena.topics.Topics;
import io.milena.topics.kafka.GroupMember;
import io.milena.topics.kafka.ServiceHealth;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commits that happened although nobody heard of it: loops behind a proxy that swallows the broker's answers write
 * nothing twice. A producer waits for such an answer until its time-out, which takes seconds here.
 */
class LostAnswersTest {
    private static final byte[] CONTENT = "Subject: hello\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    /** A consumer asks this often, in vain, until it gives up more than once. */
    private static final int QUESTIONS = 20;

    @TempDir
    private Path dir;

    @Test
    void resultsAreNotWrittenAgainWhenTheAnswerToTheirCommitIsLost() throws Exception {
        resultsAreWrittenOnce(0);
    }

    @Test
    void resultsAreNotWrittenAgainBeforeTheGroupTellsWhatItHas() throws Exception {
        resultsAreWrittenOnce(QUESTIONS);
    }

    /** {@code untold}: how often the group cannot tell its progress afterwards. */
    private void resultsAreWrittenOnce(int untold) throws Exception {
        try (var replicas = new Replicas(dir, Duration.ofMinutes(1))) {
            var mx = replicas.mx("mx.one.example", "one.example");
            replicas.mx("mx.busy.example", "busy.example").busyFor(1);
            var proxy = replicas.proxy();
            var replica = replicas.startNamed("first", "first");
            replicas.submit("one.example", 1);
            awaitOutcomes(replicas, 1);
            proxy.loseCommit("milena-delivery-first");
            proxy.keepOpen("milena-delivery-first", untold);

            var submitted = replicas.submit("one.example", 300);
            var deferred = replicas.submit("busy.example", 1);

            awaitOutcomes(replicas, 302);
            Replicas.await(Replicas.LONG, () -> "a commit is lost", proxy::hasLost);
            // These results are committed behind all that is written again.
            submitted.addAll(replicas.submit("one.example", 1));
            awaitOutcomes(replicas, 303);
            assertThat(replicas.records(Topics.OUTCOMES)).hasSize(303);
            assertThat(mx.copies()).containsKeys(submitted.toArray(String[]::new));
            assertThat(mx.duplicates()).isZero();
            assertThat(replicas.records(Topics.deferred(Duration.ofMinutes(1))))
                    .singleElement()
                    .satisfies(record -> assertThat(
                                    MailRecord.from(record).envelope().recipients())
                            .containsExactly(Recipient.of(deferred.getFirst())));
            assertThat(replica.health().problems()).isEmpty();
        }
    }

    private static void awaitOutcomes(Replicas replicas, int count) throws InterruptedException {
        Replicas.await(
                Replicas.LONG,
                () -> "outcomes are committed: "
                        + replicas.records(Topics.OUTCOMES).size(),
                () -> replicas.records(Topics.OUTCOMES).size() >= count);
    }

    @Test
    void dueMailComesBackOnceWhenTheAnswerIsLost() throws Exception {
        try (var replicas = new Replicas(dir, Duration.ofMinutes(1))) {
            var mx = replicas.mx("mx.one.example", "one.example");
            var proxy = replicas.proxy();
            replicas.startNamed("first", "first");
            var due = due(100);
            defer(replicas, due.subList(0, 1));
            awaitOutcomes(replicas, 1);
            proxy.loseCommit("milena-" + TierLoop.DUTY + "-first");

            defer(replicas, due.subList(1, 99));
            Replicas.await(Replicas.LONG, () -> "a commit is lost", proxy::hasLost);
            // This comes back behind all that is written again.
            defer(replicas, due.subList(99, 100));

            awaitOutcomes(replicas, 100);
            assertThat(mx.duplicates()).isZero();
            assertThat(replicas.records(Topics.OUTBOUND)).hasSize(100);
        }
    }

    private static void defer(Replicas replicas, List<MailRecord> due) {
        try (var producer = replicas.clients().producer(Map.of())) {
            due.forEach(mail -> producer.send(mail.to(Topics.deferred(Duration.ofMinutes(1)), "one.example")));
        }
    }

    private static List<MailRecord> due(int count) {
        var now = Instant.now();
        return IntStream.range(0, count)
                .mapToObj(i -> new MailRecord(
                        Envelopes.of("id" + i, "account", 0, "r" + i + "@one.example", CONTENT.length)
                                .deferredUntil(now, now, true),
                        CONTENT))
                .toList();
    }

    @Test
    void mailIsSplitOnceWhenTheAnswerIsLost() throws Exception {
        try (var broker = TestBroker.fresh();
                var proxy = new KafkaProxy(broker.kafka().bootstrapServers())) {
            var clients = proxy.clients();
            var meters = new SimpleMeterRegistry();
            var health = new ServiceHealth("test", meters);
            try (var backlog = new Backlog(clients.base(), meters);
                    var loop = new FanOut(new DeliveryLog(meters), Clock.systemUTC())
                            .loop(clients, GroupMember.of(Optional.of("first")), health, backlog)) {
                loop.start();
                accept(broker, 0, 1);
                FanOutTest.read(clients, Topics.OUTBOUND, 2);
                proxy.loseCommit("milena-" + Topics.duty(Topics.ACCEPTED) + "-first");
                accept(broker, 1, 50);
                Replicas.await(Replicas.LONG, () -> "a commit is lost", proxy::hasLost);
                accept(broker, 50, 51);

                assertThat(FanOutTest.read(clients, Topics.OUTBOUND, 102))
                        .extracting(record ->
                                MailRecord.from(record).envelope().recipients().getFirst())
                        .doesNotHaveDuplicates();
                assertThat(health.problems()).isEmpty();
            }
        }
    }

    private static void accept(TestBroker broker, int from, int to) {
        try (var producer = broker.clients().producer(Map.of())) {
            for (int i = from; i < to; i++) {
                var envelope = Envelopes.of("id" + i, "account", 0, "a" + i + "@one.example", CONTENT.length)
                        .withRecipients(List.of(
                                Recipient.of("a" + i + "@one.example"), Recipient.of("b" + i + "@two.example")));
                producer.send(new MailRecord(envelope, CONTENT).to(Topics.ACCEPTED, "id" + i));
            }
        }
    }
}
