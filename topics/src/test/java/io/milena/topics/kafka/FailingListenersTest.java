package io.milena.topics.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.topics.Json;
import io.milena.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No thread ends silently, whatever its listeners throw. */
class FailingListenersTest {
    private static final long SECONDS = 30;

    @TempDir
    private static Path dir;

    private static TestBroker broker;

    private final ServiceHealth service = new ServiceHealth("test", new SimpleMeterRegistry());

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TestBroker.start(dir);
    }

    @AfterAll
    static void stopBroker() throws Exception {
        broker.close();
    }

    @Test
    void aViewGoesOnBehindEntriesWhoseListenerThrows() throws Exception {
        var heard = new LinkedBlockingQueue<String>();
        try (var view = new CompactedView<>(broker.clients(), service, Topics.DOMAINS, String.class, (key, value) -> {
                    switch (key) {
                        case "exception" -> throw new IllegalStateException("a bug");
                        case "error" -> throw new StackOverflowError();
                        default -> heard.add(key);
                    }
                });
                var producer = broker.clients().producer(Map.of())) {
            view.start();
            for (var key : List.of("exception", "error", "good")) {
                producer.send(new ProducerRecord<>(Topics.DOMAINS, octets(key), Json.write("a domain")));
            }

            assertThat(heard.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo("good");
            assertThat(view.get("error")).contains("a domain");
            assertThat(service.works()).isTrue();
        }
    }

    @Test
    void aDutyBeginsAgainWhateverEndsATurn() throws Exception {
        var health = new LoopHealth("test");
        var turns = new AtomicInteger();
        var third = new CountDownLatch(1);
        try (var thread = new DutyThread(
                health,
                () -> {
                    switch (turns.incrementAndGet()) {
                        case 1 -> throw new IllegalStateException("a bug");
                        case 2 -> throw new StackOverflowError();
                        default -> third.countDown();
                    }
                },
                () -> {})) {
            thread.start();

            assertThat(third.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(health.works()).isFalse();
            assertThat(thread.alive()).isTrue();
        }
    }

    @Test
    void whatIsDoneRegularlyIsDoneAgainWhateverItThrows() throws Exception {
        var runs = new AtomicInteger();
        var third = new CountDownLatch(1);
        try (var regularly = new Regularly("test", Duration.ofMillis(1), () -> {
            switch (runs.incrementAndGet()) {
                case 1 -> throw new IllegalStateException("a bug");
                case 2 -> throw new StackOverflowError();
                default -> third.countDown();
            }
        })) {
            assertThat(regularly).isNotNull();
            assertThat(third.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aTransferLoopGoesOnWhateverItsObserverThrows() throws Exception {
        var failures = new AtomicInteger();
        var moved = new LinkedBlockingQueue<String>();
        var observer = new TransferLoop.Observer() {
            @Override
            public void deadLetter(ConsumerRecord<byte[], byte[]> record, Throwable reason) {
                throwUntil(3);
            }

            @Override
            public void position(TopicPartition partition, long next) {
                throwUntil(6);
            }

            private void throwUntil(int times) {
                if (failures.get() < times) {
                    failures.incrementAndGet();
                    throw new IllegalStateException("the observer fails");
                }
            }
        };
        try (var producer = broker.clients().producer(Map.of());
                var loop = new TransferLoop(
                        broker.clients(),
                        GroupMember.of(Optional.empty()),
                        service.loop("accepted-test"),
                        (consumer, listener) -> consumer.subscribe(List.of(Topics.ACCEPTED), listener),
                        record -> {
                            var text = new String(record.value(), StandardCharsets.UTF_8);
                            if (text.equals("bad")) {
                                throw new IllegalArgumentException("bad");
                            }
                            return new TransferLoop.Move(List.of(), () -> moved.add(text));
                        },
                        observer,
                        Clock.systemUTC())) {
            for (var value : List.of("bad", "good")) {
                producer.send(new ProducerRecord<>(Topics.ACCEPTED, octets("key"), octets(value)));
            }
            loop.start();

            assertThat(moved.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo("good");
            await(() -> failures.get() == 6);
            producer.send(new ProducerRecord<>(Topics.ACCEPTED, octets("key"), octets("later")));
            assertThat(moved.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo("later");
            assertThat(loop.alive()).isTrue();
        }
    }

    @Test
    void aTransferLoopThatFailsForEverIsDownAndSaysWhy() throws Exception {
        var now = new AtomicInteger();
        var health = new LoopHealth(
                "failing-test", () -> Duration.ofSeconds(now.get()).toNanos());
        var tries = new AtomicInteger();
        try (var producer = broker.clients().producer(Map.of());
                var loop = new TransferLoop(
                        broker.clients(),
                        GroupMember.of(Optional.empty()),
                        health,
                        (consumer, listener) -> consumer.subscribe(List.of(Topics.RETURNED), listener),
                        record -> {
                            tries.incrementAndGet();
                            throw new OutOfMemoryError("as the test wants it");
                        },
                        (record, reason) -> {},
                        Clock.systemUTC())) {
            producer.send(new ProducerRecord<>(Topics.RETURNED, octets("key"), octets("value")));
            loop.start();
            await(() -> tries.get() > 1);
            assertThat(health.problem()).isEmpty();

            now.set(61);

            assertThat(health.problem().orElseThrow()).contains("OutOfMemoryError: as the test wants it");
            assertThat(loop.alive()).isTrue();
        }
    }

    @Test
    void limitsCannotBeAskedForWhileNoBrokerAnswers() {
        var nobody = new RecordLimits(Map.of("bootstrap.servers", "127.0.0.1:1"), Duration.ofMillis(500));

        assertThatThrownBy(() -> nobody.of(Topics.OUTBOUND)).hasMessageContaining("how large a record");
    }

    private static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(10);
        }
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
