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
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
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
     * on without it. The loop makes new clients after 12 s, which this test waits for, and the record is moved once.
     */
    @Test
    @Timeout(120)
    void aMemberThatDoesNotNoticeItsExpulsionIsReplaced() throws Exception {
        try (var broker = TestBroker.start(dir)) {
            var clients = new Forgotten(broker.clients().base());
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
                    var producer = broker.clients().producer(Map.of());
                    var reader = broker.clients().reader(Map.of())) {
                var outbound = List.of(new TopicPartition(Topics.OUTBOUND, 0));
                reader.assign(outbound);
                reader.seekToBeginning(outbound);
                send(producer, "while it is a member");
                assertThat(next(reader)).containsExactly("while it is a member");

                clients.forgotten = true;
                send(producer, "mail");

                assertThat(next(reader)).containsExactly("mail");
                assertThat(clients.members.get()).isEqualTo(2);
            }
        }
    }

    private static void send(Producer<byte[], byte[]> producer, String text) throws Exception {
        producer.send(new ProducerRecord<>(Topics.ACCEPTED, octets("key"), octets(text)))
                .get();
    }

    private static List<String> next(Consumer<byte[], byte[]> reader) {
        var moved = reader.poll(Duration.ofMillis(100));
        while (moved.isEmpty()) {
            moved = reader.poll(Duration.ofMillis(100));
        }
        return StreamSupport.stream(moved.spliterator(), false)
                .map(record -> new String(record.value(), StandardCharsets.US_ASCII))
                .toList();
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** From some time on the group does not know the first member, which believes to be one. */
    private static final class Forgotten extends KafkaClients {
        private final AtomicInteger members = new AtomicInteger();
        private volatile boolean forgotten;

        private Forgotten(Map<String, Object> base) {
            super(base, Duration.ofDays(1));
        }

        @Override
        public KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> more) {
            var config = consumerConfig(more);
            if (!more.containsKey("group.instance.id") || members.getAndIncrement() > 0) {
                return super.consumer(more);
            }
            return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
                @Override
                public ConsumerGroupMetadata groupMetadata() {
                    var its = super.groupMetadata();
                    return !forgotten
                            ? its
                            : new ConsumerGroupMetadata(its.groupId(), its.generationId(), "gone", Optional.empty());
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
