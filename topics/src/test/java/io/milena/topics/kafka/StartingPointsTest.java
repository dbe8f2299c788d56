package io.milena.topics.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.embedded.EmbeddedKafka;
import io.milena.testing.FreePorts;
import io.milena.topics.Topics;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A loop takes a partition over whose log is not as its group left it: at a real broker. */
class StartingPointsTest {
    @TempDir
    private static Path dir;

    private static TestBroker broker;
    private static Admin admin;
    private static int tests;

    private final String name = "test-" + tests++;
    private final TopicPartition partition = new TopicPartition(name, 0);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private ServiceHealth service = new ServiceHealth("test", meters);

    @BeforeAll
    static void startBroker() throws Exception {
        broker = TestBroker.start(dir);
        admin = Admin.create(broker.clients().base());
    }

    @AfterAll
    static void stopBroker() throws Exception {
        admin.close();
        broker.close();
    }

    @BeforeEach
    void makeTopic() throws Exception {
        admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
    }

    @Test
    void aNewGroupBeginsAtTheFirstRecordAndAnOldOneWhereItWas() throws Exception {
        write(broker.clients(), "a", 3);
        try (var loop = new Loop(broker.clients())) {
            loop.awaitRead("a0", "a1", "a2");
        }
        write(broker.clients(), "b", 2);
        try (var loop = new Loop(broker.clients())) {
            loop.awaitRead("b0", "b1");
        }
        assertThat(service.losses()).isEmpty();
    }

    @Test
    void recordsThatWereDeletedBeforeTheyWereSettledAreALoss() throws Exception {
        write(broker.clients(), "a", 10);
        progress(3);
        admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(6)))
                .all()
                .get();

        try (var loop = new Loop(broker.clients())) {
            loop.awaitRead("a6", "a7", "a8", "a9");
        }

        assertThat(service.losses())
                .containsEntry(name, partition + ": records 3 to 5 were deleted before all of them were settled");
        assertThat(meters.get("milena.records.lost").functionCounter().count()).isEqualTo(3);
    }

    @Test
    void progressBehindTheEndOfTheLogGoesOnAtItsEnd() throws Exception {
        write(broker.clients(), "a", 10);
        progress(30);

        try (var loop = new Loop(broker.clients())) {
            loop.awaitBegun();
            write(broker.clients(), "b", 2);
            loop.awaitRead("b0", "b1");
        }

        assertThat(service.losses().get(name)).startsWith(partition + ": the log was cut at 10, below 30");
    }

    @Test
    void aGroupThatHasLostItsProgressWaitsForAnOperator() throws Exception {
        write(broker.clients(), "a", 3);
        try (var loop = new Loop(broker.clients())) {
            loop.awaitRead("a0", "a1", "a2");
        }
        for (var at : GroupMarks.AdoptAt.values()) {
            forgetProgress();
            service = new ServiceHealth("test", new SimpleMeterRegistry());
            try (var loop = new Loop(broker.clients())) {
                loop.awaitProblem("milena group adopt " + GroupMember.group(name));
                assertThat(loop.read).isEmpty();
                adopt(at);
                if (at == GroupMarks.AdoptAt.START) {
                    loop.awaitRead("a0", "a1", "a2");
                } else {
                    loop.awaitBegun();
                }
                write(broker.clients(), at.name(), 1);
                loop.awaitRead(at.name() + 0);
                admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(position() - 1)))
                        .all()
                        .get();
            }
        }
    }

    /** As after a power cut without forced writes, or an unclean election: other records stand where ours were. */
    @Test
    void recordsWrittenAfterACutAreReadAndNoOthersAgain(@TempDir Path own) throws Exception {
        int port = FreePorts.take();
        int controller = FreePorts.take();
        var topics = new TopicSettings(1, (short) 1, true, List.of(Duration.ofMinutes(1)));
        KafkaClients clients;
        try (var kafka = EmbeddedKafka.start(own, port, controller)) {
            clients = KafkaClients.of(kafka.bootstrapServers(), Map.of());
            TopicSetup.ensure(clients.base(), topics, Duration.ofMinutes(1));
            try (var its = Admin.create(clients.base())) {
                its.createTopics(List.of(new NewTopic(name, 1, (short) 1)))
                        .all()
                        .get();
            }
            write(clients, "a", 30);
            try (var loop = new Loop(clients)) {
                loop.awaitRead(IntStream.range(0, 30).mapToObj(i -> "a" + i).toArray(String[]::new));
            }
        }
        cut(own, 11);
        try (var kafka = EmbeddedKafka.start(own, port, controller)) {
            // More than were lost: the offset alone does not tell.
            write(clients, "b", 25);
            try (var loop = new Loop(clients)) {
                loop.awaitRead(IntStream.range(0, 25).mapToObj(i -> "b" + i).toArray(String[]::new));
            }
        }
        assertThat(service.losses().get(name)).startsWith(partition + ": the log was cut at 11, below 30");
    }

    /** Removes all records from this offset on, each of which is a batch of its own, from a broker that is down. */
    private void cut(Path data, int offset) throws Exception {
        Path log;
        try (var files = Files.walk(data)) {
            log = files.filter(file -> file.endsWith(Path.of(name + "-0", "00000000000000000000.log")))
                    .findFirst()
                    .orElseThrow();
        }
        try (var file = new RandomAccessFile(log.toFile(), "rw")) {
            long end = 0;
            file.seek(end);
            while (file.readLong() < offset) {
                end += 12 + file.readInt();
                file.seek(end);
            }
            file.setLength(end);
        }
        try (var files = Files.walk(data)) {
            for (var file : files.filter(file -> file.endsWith(".kafka_cleanshutdown")
                            || file.endsWith("recovery-point-offset-checkpoint")
                            || file.endsWith("replication-offset-checkpoint"))
                    .toList()) {
                Files.delete(file);
            }
        }
    }

    private void write(KafkaClients clients, String prefix, int count) throws Exception {
        try (var producer = clients.producer(Map.of())) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(name, (prefix + i).getBytes(StandardCharsets.UTF_8)))
                        .get();
            }
        }
    }

    private void progress(long offset) throws Exception {
        admin.alterConsumerGroupOffsets(GroupMember.group(name), Map.of(partition, new OffsetAndMetadata(offset)))
                .all()
                .get();
    }

    private void forgetProgress() throws Exception {
        admin.deleteConsumerGroups(List.of(GroupMember.group(name))).all().get();
    }

    private void adopt(GroupMarks.AdoptAt at) throws Exception {
        try (var producer = broker.clients().producer(Map.of())) {
            producer.send(GroupMarks.adoption(GroupMember.group(name), at, "test", Instant.now()))
                    .get();
        }
    }

    private long position() throws Exception {
        return admin.listConsumerGroupOffsets(GroupMember.group(name))
                .partitionsToOffsetAndMetadata()
                .get()
                .get(partition)
                .offset();
    }

    /** Moves the values of the test's topic to a list. */
    private final class Loop implements AutoCloseable {
        private final LinkedBlockingQueue<String> read = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<Long> begun = new LinkedBlockingQueue<>();
        private final LoopHealth health = service.loop(name);
        private final TransferLoop loop;

        Loop(KafkaClients clients) {
            loop = new TransferLoop(
                    clients,
                    GroupMember.of(Optional.empty()),
                    health,
                    (consumer, listener) -> consumer.subscribe(List.of(name), listener),
                    record -> {
                        var value = new String(record.value(), StandardCharsets.UTF_8);
                        return new TransferLoop.Move(
                                List.of(new ProducerRecord<>(Topics.OUTCOMES, record.value())), () -> read.add(value));
                    },
                    new TransferLoop.Observer() {
                        @Override
                        public void deadLetter(ConsumerRecord<byte[], byte[]> record, Throwable reason) {
                            throw new AssertionError(reason);
                        }

                        @Override
                        public void position(TopicPartition its, long next) {
                            begun.add(next);
                        }
                    },
                    Clock.systemUTC());
            loop.start();
        }

        void awaitBegun() throws InterruptedException {
            assertThat(begun.poll(60, TimeUnit.SECONDS)).as("it reads").isNotNull();
        }

        void awaitRead(String... values) throws InterruptedException {
            var got = new ArrayList<String>();
            while (got.size() < values.length) {
                var next = read.poll(60, TimeUnit.SECONDS);
                assertThat(next).as("more than " + got).isNotNull();
                got.add(next);
            }
            assertThat(got).containsExactly(values);
        }

        void awaitProblem(String text) throws InterruptedException {
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (health.cause().filter(cause -> cause.contains(text)).isEmpty()) {
                assertThat(System.nanoTime() - end).as("no problem is told").isNegative();
                Thread.sleep(5);
            }
        }

        @Override
        public void close() {
            loop.close();
            assertThat(read).isEmpty();
        }
    }
}
