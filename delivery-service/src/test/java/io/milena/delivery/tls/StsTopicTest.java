package io.milena.delivery.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.delivery.TestBroker;
import io.milena.topics.kafka.ServiceHealth;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Policies that replicas share over a real broker. */
class StsTopicTest {
    private static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");

    @Test
    void aPolicyThatEndedLeavesTheMemoryOfAllReplicas() throws Exception {
        try (var broker = TestBroker.fresh();
                var one = topic(broker);
                var other = topic(broker)) {
            one.put(policy("ended.example", NOW.minusSeconds(1)));
            one.put(policy("valid.example", NOW.plusSeconds(1)));
            await().until(() -> other.get("ended.example").isPresent()
                    && other.get("valid.example").isPresent());
            await().until(() -> one.values() == 2);

            one.removeEndedBefore(NOW);

            await().until(() -> one.values() == 1 && other.values() == 1);
            assertThat(one.get("ended.example")).isEmpty();
            assertThat(other.get("ended.example")).isEmpty();
            assertThat(other.get("valid.example")).isPresent();
        }
    }

    private static StsTopic topic(TestBroker broker) {
        var topic = new StsTopic(broker.clients(), new ServiceHealth("test", new SimpleMeterRegistry()));
        topic.start();
        return topic;
    }

    private static StsPolicy policy(String domain, Instant end) {
        return new StsPolicy(domain, "1", "enforce", List.of("mx." + domain), NOW.minusSeconds(86_400), end);
    }
}
