package io.milena.delivery.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.milena.delivery.TestBroker;
import io.milena.delivery.remote.Content;
import io.milena.topics.BodyReference;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Large bodies on a real broker. */
class BodyReaderTest {
    private static final int SLOW_REMOTES = 40;

    @Test
    @Timeout(60)
    void remotesThatTakeNothingKeepNoBodyFromTheOthers() throws Exception {
        try (var broker = TestBroker.fresh();
                var reader = new BodyReader(broker.clients())) {
            var body = new BodyReference(0, written(broker.clients(), "one ", "two ", "three"));
            var stuck = new CountDownLatch(SLOW_REMOTES);
            var release = new CountDownLatch(1);
            var slow = new ArrayList<Thread>();
            for (int i = 0; i < SLOW_REMOTES; i++) {
                slow.add(Thread.ofVirtual().start(() -> readSlowly(reader, body, stuck, release)));
            }
            assertThat(stuck.await(30, TimeUnit.SECONDS)).isTrue();

            assertThat(read(reader, body)).isEqualTo("one two three");
            assertThat(read(
                            reader,
                            new BodyReference(
                                    0,
                                    List.of(
                                            body.offsets().get(2),
                                            body.offsets().getFirst()))))
                    .isEqualTo("threeone ");

            release.countDown();
            for (var thread : slow) {
                thread.join();
            }
            var gone = new BodyReference(0, List.of(4711L));
            assertThatExceptionOfType(Content.Unreadable.class).isThrownBy(() -> read(reader, gone));
            assertThat(read(reader, body)).isEqualTo("one two three");
        }
    }

    private static List<Long> written(KafkaClients clients, String... chunks) throws Exception {
        var offsets = new ArrayList<Long>();
        try (var producer = clients.producer(Map.of())) {
            for (var chunk : chunks) {
                var record = new ProducerRecord<byte[], byte[]>(
                        Topics.BODIES, 0, null, chunk.getBytes(StandardCharsets.US_ASCII));
                offsets.add(producer.send(record).get().offset());
            }
        }
        return offsets;
    }

    private static void readSlowly(
            BodyReader reader, BodyReference body, CountDownLatch stuck, CountDownLatch release) {
        try {
            reader.read(body, (bytes, offset, length) -> {
                stuck.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            });
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String read(BodyReader reader, BodyReference body) throws IOException {
        var text = new ByteArrayOutputStream();
        reader.read(body, (bytes, offset, length) -> text.write(bytes, offset, length));
        return text.toString(StandardCharsets.US_ASCII);
    }
}
