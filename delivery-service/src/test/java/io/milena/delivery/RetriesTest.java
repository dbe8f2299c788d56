package io.milena.delivery;

import static io.milena.delivery.Replicas.LONG;
import static io.milena.delivery.Replicas.await;
import static io.milena.delivery.Replicas.awaitAllOnce;
import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.order.Flush;
import io.milena.delivery.order.Selector;
import io.milena.topics.Envelope;
import io.milena.topics.Json;
import io.milena.topics.MailRecord;
import io.milena.topics.Outcome;
import io.milena.topics.Outcome.Type;
import io.milena.topics.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Deferred mail at a real broker: it is retried when its account asks for that, and messages that failed together come
 * back one after another.
 */
class RetriesTest {
    private static final String DOMAIN = "own.example";
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG_TIER = Duration.ofMinutes(5);

    @Test
    void anAccountIsRetriedByItsOwnDelaysAndNothingIsToldOfTheWayThroughTheTiers(@TempDir Path dir) throws Exception {
        try (var replicas = new Replicas(dir, SECOND)) {
            replicas.tell(Accounts.account("account", Duration.ofSeconds(2)));
            var mx = replicas.mx("mx.own.example", DOMAIN).busyFor(2);
            var submitted = replicas.submit(DOMAIN, 1);
            replicas.start("one.test");
            awaitAllOnce(mx, submitted);
            await(LONG, () -> "its outcome", () -> outcomes(replicas).size() >= 3);

            var outcomes = outcomes(replicas);
            assertThat(outcomes)
                    .extracting(Outcome::type)
                    .containsExactly(Type.DEFERRED, Type.DEFERRED, Type.DELIVERED);
            assertThat(outcomes).extracting(Outcome::attempt).containsExactly(1, 2, 3);
            for (int i = 0; i < 2; i++) {
                var retry = outcomes.get(i).retryAt().orElseThrow();
                assertThat(Duration.between(outcomes.get(i).at(), retry))
                        .isBetween(SECOND.multipliedBy(9).dividedBy(5), SECOND.multipliedBy(2));
                assertThat(outcomes.get(i + 1).at()).isAfterOrEqualTo(retry);
            }
            // Two seconds lead through a tier of one.
            assertThat(waiting(replicas, SECOND))
                    .filteredOn(envelope -> envelope.retrying().retryAt().isPresent())
                    .hasSize(2);
        }
    }

    @Test
    void aFlushEndsTheWayThroughTheTiers(@TempDir Path dir) throws Exception {
        try (var replicas = new Replicas(dir, SECOND, LONG_TIER)) {
            replicas.tell(Accounts.account("account", Duration.ofMinutes(10)));
            var mx = replicas.mx("mx.own.example", DOMAIN).busyFor(1);
            var submitted = replicas.submit(DOMAIN, 1);
            var replica = replicas.start("one.test");
            await(LONG, () -> "it waits", () -> !waiting(replicas, LONG_TIER).isEmpty());
            assertThat(waiting(replicas, LONG_TIER).getFirst().retrying().retryAt())
                    .isPresent();

            var selector = new Selector(
                    Optional.empty(),
                    Optional.of("account"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
            replica.flushes().give(new Flush("f1", selector, Optional.empty(), "a test", Instant.now()));

            awaitAllOnce(mx, submitted);
            await(LONG, () -> "its outcome", () -> outcomes(replicas).size() >= 2);
            assertThat(outcomes(replicas)).extracting(Outcome::type).containsExactly(Type.DEFERRED, Type.DELIVERED);
        }
    }

    @Test
    void allThatWaitsForASiteThatBeginsToRestComesBackInTheOrderInWhichItWaits(@TempDir Path dir) throws Exception {
        try (var replicas = new Replicas(dir, LONG_TIER)
                .with("delivery.timeout.greeting", "2s")
                .with("delivery.grace-period", "1s")) {
            replicas.mx("mx.own.example", DOMAIN).silent();
            replicas.submit(DOMAIN, 50);
            replicas.start("one.test");
            await(
                    LONG,
                    () -> "all are deferred",
                    () -> waiting(replicas, LONG_TIER).size() >= 50);

            var dues = waiting(replicas, LONG_TIER).stream()
                    .filter(envelope -> envelope.retrying().attempts() == 0)
                    .map(envelope -> envelope.retrying().dueAt().orElseThrow())
                    .toList();
            assertThat(dues).hasSizeGreaterThan(40).isSorted().doesNotHaveDuplicates();
            // Spread over the last tenth of five minutes, except for mail that came later.
            assertThat(Duration.between(dues.getFirst(), dues.getLast()))
                    .isBetween(Duration.ofSeconds(15), Duration.ofSeconds(40));
        }
    }

    private static List<Outcome> outcomes(Replicas replicas) {
        return replicas.records(Topics.OUTCOMES).stream()
                .map(record -> Json.read(record.value(), Outcome.class))
                .sorted(Comparator.comparing(Outcome::at))
                .toList();
    }

    /** The envelopes written to a tier, in their order. */
    private static List<Envelope> waiting(Replicas replicas, Duration tier) {
        return replicas.records(Topics.deferred(tier)).stream()
                .map(record -> MailRecord.from(record).envelope())
                .toList();
    }
}
