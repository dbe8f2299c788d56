package io.milena.delivery;

import static io.milena.delivery.Replicas.LONG;
import static io.milena.delivery.Replicas.await;
import static io.milena.delivery.Replicas.awaitAllOnce;
import static org.assertj.core.api.Assertions.assertThat;

import io.milena.topics.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The limits of a site hold over all replicas as replicas come and go, and no message is lost or sent twice: at a real
 * broker and a host that counts.
 */
class SeveralReplicasTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static String[] domains(int count) {
        return IntStream.range(0, count).mapToObj(i -> "d" + i + ".example").toArray(String[]::new);
    }

    @Test
    void aRateHoldsOverAllReplicasWhileTheyComeAndGo(@TempDir Path dir) throws Exception {
        var domains = domains(60);
        try (var replicas = new Replicas(dir, Duration.ofSeconds(1))) {
            replicas.shaping("sites:\n  mx.host.test:\n    messages: 50/s\n");
            var mx = replicas.mx("mx.host.test", domains);
            var submitted = submit(replicas, domains, 12);
            var first = replicas.start("one.test");
            await(LONG, () -> "it begins", () -> mx.arrivals().size() > 50);
            replicas.start("two.test");
            replicas.awaitAssignment();
            replicas.start("three.test");
            replicas.awaitAssignment();
            replicas.stop(first);
            replicas.awaitAssignment();
            assertThat(mx.arrivals()).as("it still goes on").hasSizeLessThan(submitted.size());
            awaitAllOnce(mx, submitted);
            // A tenth of a second's worth may come at once; a busy machine delays a few that were allowed before.
            assertThat(mx.mostWithin(SECOND)).isLessThanOrEqualTo(50 + 5 + 5);
        }
    }

    @Test
    void connectionsAreNeverMoreThanAllowedWhileReplicasComeAndGo(@TempDir Path dir) throws Exception {
        var domains = domains(60);
        try (var replicas = new Replicas(dir, Duration.ofSeconds(1))) {
            replicas.shaping("sites:\n  mx.host.test:\n    connections: 5\n    messages-per-connection: 10\n");
            var mx = replicas.mx("mx.host.test", domains)
                    .slow(Duration.ofMillis(60))
                    .partAfter(Duration.ofMillis(100));
            var first = replicas.start("one.test");
            var submitted = submit(replicas, domains, 15);
            await(LONG, () -> "it begins", () -> mx.arrivals().size() > 50);
            replicas.start("two.test");
            replicas.awaitAssignment();
            replicas.start("three.test");
            replicas.awaitAssignment();
            replicas.stop(first);
            replicas.awaitAssignment();
            replicas.start("four.test");
            replicas.awaitAssignment();
            awaitAllOnce(mx, submitted);
            assertThat(mx.most()).isLessThanOrEqualTo(5);
            assertThat(mx.from("three.test")).isPositive();
        }
    }

    private static List<String> submit(Replicas replicas, String[] domains, int each) {
        var submitted = new ArrayList<String>();
        for (var domain : domains) {
            submitted.addAll(replicas.submit(domain, each));
        }
        return submitted;
    }

    @Test
    void whoHasNoShareOfTheOneConnectionPassesItsMailOn(@TempDir Path dir) throws Exception {
        var domains = domains(30);
        try (var replicas = new Replicas(dir, Duration.ofSeconds(1))) {
            replicas.shaping("sites:\n  mx.host.test:\n    connections: 1\n");
            var mx = replicas.mx("mx.host.test", domains).partAfter(Duration.ofMillis(50));
            replicas.start("one.test");
            replicas.start("two.test");
            replicas.start("three.test");
            replicas.awaitAssignment();
            var submitted = submit(replicas, domains, 20);
            awaitAllOnce(mx, submitted);
            assertThat(mx.most()).isEqualTo(1);
            assertThat(List.of("one.test", "two.test", "three.test"))
                    .filteredOn(name -> mx.from(name) > 0)
                    .hasSize(1);
            // Mail that was moved to another replica was moved once.
            assertThat(replicas.records(Topics.OUTBOUND)).hasSizeLessThanOrEqualTo(2 * submitted.size());
        }
    }

    @Test
    void aDomainWithHostsOfItsOwnHasAllOfTheLimitAtItsOwner(@TempDir Path dir) throws Exception {
        try (var replicas = new Replicas(dir, Duration.ofSeconds(1))) {
            replicas.shaping("defaults:\n  connections: 7\n");
            var mx = replicas.mx("mx.own.example", "own.example").slow(Duration.ofMillis(20));
            replicas.start("one.test");
            replicas.start("two.test");
            replicas.start("three.test");
            replicas.awaitAssignment();
            var submitted = replicas.submit("own.example", 1500);
            awaitAllOnce(mx, submitted);
            assertThat(mx.most()).isEqualTo(7);
        }
    }
}
