package io.milena.delivery;

import static io.milena.delivery.Replicas.LONG;
import static io.milena.delivery.Replicas.await;
import static io.milena.delivery.Replicas.awaitAllOnce;
import static org.assertj.core.api.Assertions.assertThat;

import io.milena.topics.Json;
import io.milena.topics.Outcome;
import io.milena.topics.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica ends in the middle of its work and another goes on: at a real broker. */
class RestartTest {
    private static final String DOMAIN = "own.example";
    private static final int CONNECTIONS = 8;

    @Test
    void afterAnOrderlyEndNothingIsSentAgain(@TempDir Path dir) throws Exception {
        try (var replicas = new Replicas(dir, Duration.ofSeconds(1))) {
            var mx = begin(replicas);
            var submitted = replicas.submit(DOMAIN, 1_000);
            for (int restart = 1; restart < 4; restart++) {
                var replica = replicas.start("replica-" + restart + ".test");
                int enough = 250 * restart;
                await(
                        LONG,
                        () -> "it goes on: " + mx.arrivals().size(),
                        () -> mx.arrivals().size() >= enough);
                replicas.stop(replica);
                assertThat(mx.open()).isZero();
            }
            replicas.start("last.test");
            awaitAllOnce(mx, submitted);
            assertThat(outcomes(replicas, submitted.size())).noneMatch(Outcome::inDoubt);
        }
    }

    @Test
    void resultsThatARebalanceKeepsFromBeingCommittedAreCommittedOnLeaving(@TempDir Path dir) throws Exception {
        try (var replicas = new Replicas(dir, Duration.ofSeconds(1))) {
            var mx = begin(replicas);
            var submitted = replicas.submit(DOMAIN, 500);
            var first = replicas.start("first.test");
            await(LONG, () -> "it begins", () -> mx.arrivals().size() >= 100);
            first.clients().rebalanceUntilItLeaves();
            int then = mx.arrivals().size();
            await(LONG, () -> "more arrive", () -> mx.arrivals().size() >= then + 2 * CONNECTIONS);
            replicas.stop(first);
            assertThat(mx.arrivals()).hasSizeLessThan(submitted.size());

            replicas.start("last.test");
            awaitAllOnce(mx, submitted);
            assertThat(outcomes(replicas, submitted.size())).noneMatch(Outcome::inDoubt);
        }
    }

    @Test
    void afterADeathOnlyWhatWasUnderWayIsSentAgain(@TempDir Path dir) throws Exception {
        try (var replicas = new Replicas(dir, Duration.ofSeconds(1))) {
            var mx = begin(replicas);
            var submitted = replicas.submit(DOMAIN, 1_000);
            var first = replicas.startNamed("first.test", "the-same");
            await(
                    LONG,
                    () -> "it begins: " + mx.arrivals().size(),
                    () -> mx.arrivals().size() >= 300);
            replicas.kill(first);
            int atDeath = mx.arrivals().size();
            replicas.startNamed("second.test", "the-same");
            await(
                    LONG,
                    () -> "all arrive: " + mx.copies().size(),
                    () -> mx.copies().size() >= submitted.size());

            assertThat(mx.copies()).containsOnlyKeys(submitted);
            assertThat(atDeath).isLessThan(900);
            // Messages of one tick (50 ms), of the time that the death took, and one of each connection.
            assertThat(mx.duplicates()).isLessThan(150);
            var repeated = mx.copies().entrySet().stream()
                    .filter(copies -> copies.getValue() > 1)
                    .map(Map.Entry::getKey)
                    .toList();
            var later = replicas.submit(DOMAIN, 5);
            assertThat(outcomes(replicas, submitted.size() + later.size()))
                    .filteredOn(Outcome::inDoubt)
                    .extracting(Outcome::recipient)
                    .containsAll(repeated)
                    .doesNotContain(submitted.getFirst())
                    .doesNotContainAnyElementsOf(later);
        }
    }

    private static List<Outcome> outcomes(Replicas replicas, int count) throws InterruptedException {
        await(
                LONG,
                () -> "all is recorded",
                () -> replicas.records(Topics.OUTCOMES).size() >= count);
        return replicas.records(Topics.OUTCOMES).stream()
                .map(record -> Json.read(record.value(), Outcome.class))
                .toList();
    }

    private static CountingMx begin(Replicas replicas) throws Exception {
        replicas.shaping("sites:\n  " + DOMAIN + ":\n    connections: " + CONNECTIONS + "\n");
        return replicas.mx("mx.own.example", DOMAIN).slow(Duration.ofMillis(40));
    }
}
