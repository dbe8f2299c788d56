package io.milena.topics.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.topics.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settled mail is deleted, and nothing else. */
class SettledRecordsTest {
    private static final TopicPartition TIER = new TopicPartition(Topics.deferred(Duration.ofMinutes(1)), 0);
    private static final TopicPartition OUTBOUND = new TopicPartition(Topics.OUTBOUND, 0);
    private static final TopicPartition OUTCOMES = new TopicPartition(Topics.OUTCOMES, 0);

    @TempDir
    private static Path dir;

    private static TestBroker broker;
    private static Admin admin;

    private final LoopHealth health = new LoopHealth("test");

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

    @Test
    void settledMailIsDeletedBehindTheGroupsProgressAndKeptWhereItBegan() throws Exception {
        write(10);
        var keeping = new SettledRecords(broker.clients().base(), Duration.ofDays(1), Duration.ZERO, health);
        keeping.committed(Map.of(
                TIER, new OffsetAndMetadata(4),
                OUTBOUND, new OffsetAndMetadata(7),
                OUTCOMES, new OffsetAndMetadata(9)));
        await(TIER, 4);
        assertThat(begin(OUTBOUND)).isZero();

        // Again and again, as a loop commits: a step is left out while the one before it is under way.
        await("8 is settled", () -> {
            keeping.committed(Map.of(TIER, new OffsetAndMetadata(8)));
            return begin(TIER) == 8;
        });
        await("4 are counted", () -> health.recordsDeleted() == 4);
        assertThat(begin(OUTBOUND)).isZero();
        assertThat(begin(OUTCOMES)).isZero();

        // Written before the time from which on it is kept.
        var notKeeping = new SettledRecords(broker.clients().base(), Duration.ofMinutes(-1), Duration.ZERO, health);
        notKeeping.committed(Map.of(OUTBOUND, new OffsetAndMetadata(7)));
        await(OUTBOUND, 7);
    }

    private static void write(int each) throws Exception {
        try (var producer = broker.clients().producer(Map.of())) {
            for (int i = 0; i < each; i++) {
                for (var partition : List.of(TIER, OUTBOUND, OUTCOMES)) {
                    producer.send(new ProducerRecord<>(partition.topic(), new byte[10]))
                            .get();
                }
            }
        }
    }

    private static void await(TopicPartition partition, long begin) throws Exception {
        await(partition + " begins at " + begin, () -> begin(partition) == begin);
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime() - end).as(what).isNegative();
            Thread.sleep(5);
        }
    }

    private static long begin(TopicPartition partition) throws Exception {
        return admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                .partitionResult(partition)
                .get()
                .offset();
    }
}
