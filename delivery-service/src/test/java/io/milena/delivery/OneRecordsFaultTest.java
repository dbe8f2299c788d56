package io.milena.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.delivery.fanout.FanOut;
import io.milena.delivery.fanout.FanOutTest;
import io.milena.delivery.outcome.DeliveryLog;
import io.milena.delivery.progress.Backlog;
import io.milena.topics.DeadLetter;
import io.milena.topics.Json;
import io.milena.topics.MailRecord;
import io.milena.topics.Outcome;
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
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A record that the broker refuses harms no other record, and a listener that fails harms no message: loops at a real
 * broker that refuses one record, with listeners that throw.
 */
class OneRecordsFaultTest {
    private static final byte[] CONTENT = "Subject: hello\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path dir;

    @Test
    void anOutcomeThatKafkaRefusesStopsNobodyElse() throws Exception {
        try (var replicas = new Replicas(dir, Duration.ofMinutes(1))) {
            var mx = replicas.mx("mx.one.example", "one.example");
            var replica = replicas.start("first");
            replica.clients().refuse(record -> isOutcomeOf(record, "account7@one.example"));
            replicas.awaitAssignment();

            var submitted = replicas.submit("one.example", 100);

            Replicas.awaitAllOnce(mx, submitted);
            Replicas.await(
                    Replicas.LONG,
                    () -> "outcomes are committed",
                    () -> replicas.records(Topics.OUTCOMES).size() == 99);
            assertThat(replicas.records(Topics.DEAD_LETTERS)).singleElement().satisfies(record -> {
                var letter = DeadLetter.from(record);
                assertThat(letter.source().orElseThrow().topic()).isEqualTo(Topics.OUTCOMES);
                assertThat(Json.read(letter.value(), Outcome.class).recipient()).isEqualTo("account7@one.example");
            });
            assertThat(replica.health().problems()).isEmpty();
            assertThat(mx.duplicates()).isZero();
        }
    }

    @Test
    void aDeferralThatKafkaRefusesIsPutAsideWithAnOutcome() throws Exception {
        try (var replicas = new Replicas(dir, Duration.ofMinutes(1))) {
            replicas.mx("mx.busy.example", "busy.example").busyFor(1);
            var mx = replicas.mx("mx.one.example", "one.example");
            var replica = replicas.start("first");
            replica.clients()
                    .refuse(record -> Topics.DEFERRED.matcher(record.topic()).matches());
            replicas.awaitAssignment();

            var deferred = replicas.submit("busy.example", 1).getFirst();
            var others = replicas.submit("one.example", 20);

            Replicas.awaitAllOnce(mx, others);
            Replicas.await(
                    Replicas.LONG,
                    () -> "outcomes are committed",
                    () -> replicas.records(Topics.OUTCOMES).size() == 22);
            assertThat(replicas.records(Topics.DEAD_LETTERS)).singleElement().satisfies(record -> {
                var letter = DeadLetter.from(record);
                assertThat(Topics.DEFERRED
                                .matcher(letter.source().orElseThrow().topic())
                                .matches())
                        .isTrue();
                assertThat(letter.envelope().orElseThrow().recipients()).containsExactly(Recipient.of(deferred));
            });
            assertThat(replicas.records(Topics.OUTCOMES).stream()
                            .map(record -> Json.read(record.value(), Outcome.class))
                            .filter(outcome -> outcome.recipient().equals(deferred)))
                    .extracting(Outcome::type)
                    .containsOnly(Outcome.Type.DEFERRED);
        }
    }

    @Test
    void whatATierCannotGiveBackIsPutAsideAndTheRestComesBack() throws Exception {
        try (var replicas = new Replicas(dir, Duration.ofMinutes(1))) {
            var mx = replicas.mx("mx.one.example", "one.example");
            var replica = replicas.start("first");
            replica.clients()
                    .refuse(record -> record.topic().equals(Topics.OUTBOUND)
                            && new String(record.key(), StandardCharsets.UTF_8).equals("bad.example"));
            replicas.awaitAssignment();
            try (var producer = replicas.clients().producer(Map.of())) {
                for (var recipient : List.of("a@one.example", "b@bad.example", "c@one.example")) {
                    producer.send(due(recipient));
                }
            }

            Replicas.awaitAllOnce(mx, List.of("a@one.example", "c@one.example"));
            Replicas.await(
                    Replicas.LONG,
                    () -> "a letter is there",
                    () -> !replicas.records(Topics.DEAD_LETTERS).isEmpty());
            var letter = DeadLetter.from(replicas.records(Topics.DEAD_LETTERS).getFirst());
            assertThat(letter.source()).contains(new DeadLetter.Source(Topics.OUTBOUND, Optional.empty()));
            assertThat(letter.envelope().orElseThrow().recipients()).containsExactly(Recipient.of("b@bad.example"));
        }
    }

    private static ProducerRecord<byte[], byte[]> due(String recipient) {
        var now = Instant.now();
        var envelope =
                Envelopes.of("id", "account", 0, recipient, CONTENT.length).deferredUntil(now, now, true);
        return new MailRecord(envelope, CONTENT)
                .to(
                        Topics.deferred(Duration.ofMinutes(1)),
                        envelope.recipients().getFirst().domain());
    }

    @Test
    void whatTheFanOutCannotWriteIsPutAsideAndTheRestGoesOn() throws Exception {
        try (var broker = TestBroker.fresh()) {
            var clients = new FaultyClients(broker.clients().base());
            clients.refuse(record -> record.topic().equals(Topics.OUTBOUND)
                    && new String(record.key(), StandardCharsets.UTF_8).equals("bad.example"));
            try (var producer = broker.clients().producer(Map.of())) {
                for (var pair :
                        List.of(List.of("a@one.example", "b@bad.example"), List.of("c@one.example", "d@two.example"))) {
                    var envelope = Envelopes.of("id", "account", 0, pair.getFirst(), CONTENT.length)
                            .withRecipients(pair.stream().map(Recipient::of).toList());
                    producer.send(new MailRecord(envelope, CONTENT).to(Topics.ACCEPTED, "id"));
                }
            }
            var meters = new SimpleMeterRegistry();
            var health = new ServiceHealth("test", meters);
            try (var backlog = new Backlog(clients.base(), meters);
                    var loop = new FanOut(new DeliveryLog(meters), Clock.systemUTC())
                            .loop(clients, GroupMember.of(Optional.empty()), health, backlog)) {
                loop.start();

                var split = FanOutTest.read(clients, Topics.OUTBOUND, 3);
                var letter = FanOutTest.read(clients, Topics.DEAD_LETTERS, 1).getFirst();

                assertThat(split)
                        .flatExtracting(
                                record -> MailRecord.from(record).envelope().recipients())
                        .extracting(Recipient::forwardPath)
                        .containsExactlyInAnyOrder("a@one.example", "c@one.example", "d@two.example");
                assertThat(DeadLetter.from(letter).envelope().orElseThrow().recipients())
                        .containsExactly(Recipient.of("b@bad.example"));
                assertThat(health.problems()).isEmpty();
            }
        }
    }

    @Test
    void aHostThatHasTheMessageDoesNotGetItAgainWhateverAListenerThrows() throws Exception {
        try (var replicas = new Replicas(dir, Duration.ofSeconds(1))) {
            var mx = replicas.mx("mx.one.example", "one.example").refuse("r1@");
            var replica = replicas.start("first");
            replica.failAtRules();
            replicas.awaitAssignment();

            replicas.submitOne("one.example", 3);
            var others = replicas.submit("one.example", 5);

            Replicas.await(
                    Replicas.LONG,
                    () -> "outcomes are committed",
                    () -> replicas.records(Topics.OUTCOMES).size() >= 8);
            assertThat(replicas.records(Topics.OUTCOMES))
                    .extracting(
                            record -> Json.read(record.value(), Outcome.class).type())
                    .containsOnly(Outcome.Type.DELIVERED, Outcome.Type.BOUNCED)
                    .hasSize(8);
            assertThat(mx.copies()).containsKeys(others.toArray(String[]::new)).hasSize(7);
            assertThat(mx.duplicates()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theLoopGoesOnFromTheLastCommitWhateverEndsATurn(boolean error) throws Exception {
        Supplier<Throwable> why = () -> error ? new StackOverflowError() : new IllegalStateException("a bug");
        try (var replicas = new Replicas(dir, Duration.ofSeconds(1))) {
            var mx = replicas.mx("mx.one.example", "one.example");
            var replica = replicas.start("first");
            replicas.awaitAssignment();
            replica.clients().failNextPoll(why);

            var submitted = replicas.submit("one.example", 200);

            Replicas.awaitAllOnce(mx, submitted);
            assertThat(replica.health().problems()).isEmpty();
        }
    }

    private static boolean isOutcomeOf(ProducerRecord<byte[], byte[]> record, String recipient) {
        return record.topic().equals(Topics.OUTCOMES)
                && Json.read(record.value(), Outcome.class).recipient().equals(recipient);
    }
}
