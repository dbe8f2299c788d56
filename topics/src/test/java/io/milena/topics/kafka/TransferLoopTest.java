package io.milena.topics.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TransferLoopTest {
    @TempDir
    private Path dir;

    /**
     * The clock of a service was set back, so its consumer sends no heartbeats and never notices that the group has gone
     * on without it: the loop makes new clients, and the record is moved once.
     */
    @Test
    @Timeout(120)
    void aMemberThatDoesNotNoticeItsExpulsionIsReplaced() throws Exception {
        try (var broker = TestBroker.start(dir)) {
            var clients = new Forgotten(broker.clients().base());
            try (var producer = broker.clients().producer(Map.of())) {
                producer.send(new ProducerRecord<>(Topics.ACCEPTED, octets("key"), octets("mail")))
                        .get();
            }
            var loop = new TransferLoop(
                    clients,
                    GroupMember.of(Optional.of("test")),
                    new LoopHealth("fanout"),
                    (consumer, listener) -> consumer.subscribe(List.of(Topics.ACCEPTED), listener),
                    record -> new TransferLoop.Move(
                            List.of(new ProducerRecord<>(Topics.OUTBOUND, record.key(), record.value()))),
                    new Silent(),
                    Clock.systemUTC());
            loop.start();
            try (loop;
                    var reader = broker.clients().reader(Map.of())) {
                var outbound = List.of(new TopicPartition(Topics.OUTBOUND, 0));
                reader.assign(outbound);
                reader.seekToBeginning(outbound);
                var moved = reader.poll(Duration.ofMillis(100));
                while (moved.isEmpty()) {
                    moved = reader.poll(Duration.ofMillis(100));
                }
                assertThat(moved)
                        .singleElement()
                        .satisfies(record -> assertThat(record.value()).isEqualTo(octets("mail")));
                assertThat(clients.made.get()).isGreaterThan(1);
            }
        }
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The group does not know the first consumer, which believes to be a member. */
    private static final class Forgotten extends KafkaClients {
        private final AtomicInteger made = new AtomicInteger();

        private Forgotten(Map<String, Object> base) {
            super(base, Duration.ofDays(1));
        }

        @Override
        public KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> more) {
            var config = consumerConfig(more);
            if (!more.containsKey("group.id") || made.getAndIncrement() > 0) {
                return super.consumer(more);
            }
            return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
                @Override
                public ConsumerGroupMetadata groupMetadata() {
                    var its = super.groupMetadata();
                    return new ConsumerGroupMetadata(its.groupId(), its.generationId(), "gone", Optional.empty());
                }
            };
        }
    }

    private static final class Silent implements TransferLoop.Observer {
        @Override
        public void deadLetter(ConsumerRecord<byte[], byte[]> record, Throwable reason) {
            throw new IllegalStateException(reason);
        }
    }
}
