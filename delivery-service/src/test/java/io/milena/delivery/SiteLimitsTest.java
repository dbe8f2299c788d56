package io.milena.delivery;

import static io.milena.delivery.Replicas.awaitAllOnce;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits of {@code shaping.yaml}, as the host of a site sees them. */
class SiteLimitsTest {
    @Test
    void aConnectionHasNoMoreMessagesAndATransactionNoMoreRecipientsThanAllowed(@TempDir Path dir) throws Exception {
        try (var replicas = new Replicas(dir, Duration.ofSeconds(1))) {
            replicas.shaping(
                    "defaults:\n  connections: 2\n  messages-per-connection: 4\n  recipients-per-transaction: 3\n");
            var one = replicas.mx("mx.one.test", "one.example");
            var other = replicas.mx("mx.other.test", "other.example");
            var submitted = replicas.submit("one.example", 30);
            var recipients = replicas.submitOne("other.example", 8);
            replicas.start("one.test");
            awaitAllOnce(one, submitted);
            awaitAllOnce(other, recipients);
            assertThat(one.most()).isLessThanOrEqualTo(2);
            assertThat(one.mostMessages()).isEqualTo(4);
            assertThat(other.mostRecipients()).isEqualTo(3);
        }
    }

    @Test
    void connectionsAreNotBegunFasterThanAllowed(@TempDir Path dir) throws Exception {
        try (var replicas = new Replicas(dir, Duration.ofSeconds(1))) {
            replicas.shaping("defaults:\n  new-connections: 300/min\n  messages-per-connection: 1\n");
            var mx = replicas.mx("mx.host.test", "one.example");
            var submitted = replicas.submit("one.example", 20);
            replicas.start("one.test");
            awaitAllOnce(mx, submitted);
            // One may come at once after a pause, and a busy machine delays another.
            assertThat(mx.mostBegunWithin(Duration.ofSeconds(1))).isLessThanOrEqualTo(5 + 1 + 1);
        }
    }
}
