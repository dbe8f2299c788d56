package io.milena.delivery.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.delivery.Envelopes;
import io.milena.delivery.TestBroker;
import io.milena.delivery.outcome.DeliveryLog;
import io.milena.delivery.progress.Backlog;
import io.milena.topics.MailRecord;
import io.milena.topics.Recipient;
import io.milena.topics.Topics;
import io.milena.topics.kafka.GroupMember;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.ServiceHealth;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The fan-out on a real broker. */
public class FanOutTest {
    @Test
    void aRecordThatIsNoMailIsPutAsideAndTheNextIsSplitByDomain() throws Exception {
        try (var broker = TestBroker.fresh()) {
            var clients = broker.clients();
            try (var producer = clients.producer(Map.of())) {
                producer.send(new ProducerRecord<>(Topics.ACCEPTED, octets("key"), octets("no mail")));
                producer.send(
                        mail("a@one.example", "b@two.example", "c@one.example").to(Topics.ACCEPTED, "id"));
            }
            var meters = new SimpleMeterRegistry();
            try (var backlog = new Backlog(clients.base(), meters)) {
                var loop = new FanOut(new DeliveryLog(meters), Clock.systemUTC())
                        .loop(
                                clients,
                                GroupMember.of(Optional.empty()),
                                new ServiceHealth("test", new SimpleMeterRegistry()),
                                backlog);
                loop.start();

                var letter = read(clients, Topics.DEAD_LETTERS, 1).getFirst();
                var split = read(clients, Topics.OUTBOUND, 2);

                loop.close();
                assertThat(letter.value()).isEqualTo(octets("no mail"));
                assertThat(letter.headers().lastHeader("reason").value())
                        .asString()
                        .contains("no header envelope");
                assertThat(split)
                        .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
                        .containsExactlyInAnyOrder("one.example", "two.example");
                assertThat(split)
                        .flatExtracting(
                                record -> MailRecord.from(record).envelope().recipients())
                        .extracting(Recipient::forwardPath)
                        .containsExactlyInAnyOrder("a@one.example", "b@two.example", "c@one.example");
            }
        }
    }

    @Test
    void largeMailToManyDomainsIsSplitInTransactionsThatAreSoonOver() throws Exception {
        try (var broker = TestBroker.fresh()) {
            var clients = broker.clients();
            var domains = IntStream.range(0, 100)
                    .mapToObj(i -> "a@d" + i + ".example")
                    .toArray(String[]::new);
            try (var producer = clients.producer(Map.of())) {
                for (int i = 0; i < 4; i++) {
                    producer.send(
                            new MailRecord(mail(domains).envelope(), new byte[100_000]).to(Topics.ACCEPTED, "id"));
                }
            }
            var meters = new SimpleMeterRegistry();
            try (var backlog = new Backlog(clients.base(), meters);
                    var loop = new FanOut(new DeliveryLog(meters), Clock.systemUTC())
                            .loop(
                                    clients,
                                    GroupMember.of(Optional.empty()),
                                    new ServiceHealth("test", new SimpleMeterRegistry()),
                                    backlog)) {
                loop.start();

                var split = read(clients, Topics.OUTBOUND, 400);

                // Each transaction leaves a marker at its end, which takes an offset too.
                assertThat(split.getLast().offset()).isGreaterThanOrEqualTo(400 - 1 + 3);
            }
        }
    }

    public static List<ConsumerRecord<byte[], byte[]>> read(KafkaClients clients, String topic, int count) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var consumer = clients.reader(Map.of())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (records.size() < count && System.nanoTime() - end < 0) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        assertThat(records).hasSize(count);
        return records;
    }

    private static MailRecord mail(String... recipients) {
        return new MailRecord(Envelopes.of(Instant.now(), 0, recipients), octets("\r\n"));
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
