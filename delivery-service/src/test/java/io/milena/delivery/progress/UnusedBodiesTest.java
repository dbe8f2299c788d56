package io.milena.delivery.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.TestBroker;
import io.milena.topics.Topics;
import io.milena.topics.kafka.LogOffsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Bodies are deleted when no mail can refer to them any more, and not before: at a real broker, days later. */
class UnusedBodiesTest {
    private static final Duration LIFETIME = Duration.ofDays(3);
    private static final TopicPartition MAIL = new TopicPartition(Topics.OUTBOUND, 0);
    private static final TopicPartition BODIES = new TopicPartition(Topics.BODIES, 0);

    @Test
    void bodiesOutlastTheMailThatMayReferToThem() throws Exception {
        try (var broker = TestBroker.fresh();
                var admin = Admin.create(broker.clients().base());
                var producer = broker.clients().producer(Map.of())) {
            for (int i = 0; i < 5; i++) {
                producer.send(new ProducerRecord<>(Topics.BODIES, new byte[10])).get();
            }
            producer.send(new ProducerRecord<>(Topics.OUTBOUND, new byte[10])).get();
            var written = Instant.now();

            // Delivery has stood still for ten days: the mail is not settled.
            assertThat(firstAfter(Duration.ofDays(10), Optional.empty(), broker, admin))
                    .isZero();

            admin.alterConsumerGroupOffsets("milena-delivery", Map.of(MAIL, new OffsetAndMetadata(1)))
                    .all()
                    .get();
            // Mail of a day ago may have been scheduled for a lifetime, and retried for another.
            assertThat(firstAfter(Duration.ofDays(6), Optional.empty(), broker, admin))
                    .isZero();
            // An open letter can be replayed.
            assertThat(firstAfter(Duration.ofDays(10), Optional.of(written), broker, admin))
                    .isZero();
            assertThat(firstAfter(Duration.ofDays(10), Optional.empty(), broker, admin))
                    .isEqualTo(5);
        }
    }

    /** The first body that is left after a deletion at that time. */
    private static long firstAfter(Duration time, Optional<Instant> letter, TestBroker broker, Admin admin)
            throws Exception {
        new UnusedBodies(broker.clients().base(), LIFETIME, () -> letter, Clock.offset(Clock.systemUTC(), time))
                .delete();
        return LogOffsets.at(admin, List.of(BODIES), OffsetSpec.earliest()).get(BODIES);
    }
}
