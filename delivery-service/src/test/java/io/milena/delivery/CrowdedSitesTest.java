package io.milena.delivery;

import static io.milena.delivery.Replicas.LONG;
import static io.milena.delivery.Replicas.await;
import static io.milena.delivery.Replicas.awaitAllOnce;
import static org.assertj.core.api.Assertions.assertThat;

import io.milena.topics.Priority;
import io.milena.topics.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An account with much mail, or a slow or dead host, holds up no other mail: at a real broker, with a small read-ahead.
 */
class CrowdedSitesTest {
    /** Longer than a test takes: mail that is deferred for this time does not arrive. */
    private static final Duration FOR_LATER = Duration.ofMinutes(5);

    private static final String DOMAIN = "own.example";

    private static Replicas small(Path dir) throws Exception {
        return new Replicas(dir, FOR_LATER).with("delivery.read-ahead-messages", "500");
    }

    /** Messages of other accounts that came before the n-th message of this account. */
    private static long countBefore(CountingMx mx, String account, int last) {
        int seen = 0;
        long others = 0;
        for (var arrival : mx.arrivals()) {
            if (!arrival.recipient().startsWith(account)) {
                others++;
            } else if (++seen == last) {
                return others;
            }
        }
        throw new AssertionError(account + " has only " + seen);
    }

    @Test
    void aCampaignLetsAnotherAccountPassWithinARound(@TempDir Path dir) throws Exception {
        try (var replicas = small(dir)) {
            // Twenty connections accept 200 messages per second.
            var mx = replicas.mx("mx.own.example", DOMAIN).slow(Duration.ofMillis(100));
            var all = new HashSet<>(replicas.submit("campaign", 0, DOMAIN, 3_000));
            replicas.start("one.test");
            await(LONG, () -> "the campaign is under way", () -> mx.arrivals().size() > 500);
            int before = mx.arrivals().size();
            var shop = replicas.submit("shop", 0, DOMAIN, 20);
            var urgent = replicas.submit("campaign", Priority.TRANSACTIONAL.level(), DOMAIN, 5);
            all.addAll(shop);
            all.addAll(urgent);
            await(LONG, () -> "the shop's mail", () -> mx.copies().keySet().containsAll(shop));
            await(LONG, () -> "the urgent mail", () -> mx.copies().keySet().containsAll(urgent));
            int after = mx.arrivals().size();
            awaitAllOnce(mx, all);
            // The site's share of the read-ahead and the rounds of these few messages; not the 2,500 before them.
            assertThat(countBefore(mx, "shop", shop.size()) - before).isLessThan(400);
            assertThat(after - before).isLessThan(450);
            assertThat(replicas.records(Topics.WAITING)).isNotEmpty();
        }
    }

    @Test
    void deadSilentAndSlowHostsHoldUpNobodyElse(@TempDir Path dir) throws Exception {
        try (var replicas = small(dir).with("delivery.grace-period", "1s")) {
            var healthy = replicas.mx("mx.good.test", "good0.example", "good1.example", "good2.example");
            replicas.mx("mx.tar.example", "tar.example").silent();
            var slow = replicas.mx("mx.slow.example", "slow.example").slow(Duration.ofSeconds(5));
            replicas.mx("mx.dead.example", "dead.example").close();
            for (int i = 0; i < 10; i++) {
                replicas.submit("account", 0, "tar.example", 100);
                replicas.submit("account", 0, "slow.example", 100);
                replicas.submit("account", 0, "dead.example", 100);
            }
            replicas.start("one.test");
            await(LONG, () -> "the slow one is at work", () -> slow.open() > 0);
            var good = new ArrayList<String>();
            for (int i = 0; i < 30; i++) {
                good.addAll(replicas.submit("account", 0, "good" + i % 3 + ".example", 100));
            }
            await(
                    Duration.ofSeconds(45),
                    () -> "the others' mail arrives: " + healthy.arrivals().size(),
                    () -> healthy.arrivals().size() >= good.size());
            assertThat(healthy.copies()).containsOnlyKeys(good);
            assertThat(healthy.duplicates()).isZero();
        }
    }

    @Test
    void aHostThatTakesThreeConnectionsGetsAllOverThose(@TempDir Path dir) throws Exception {
        try (var replicas = new Replicas(dir, FOR_LATER)) {
            var mx = replicas.mx("mx.own.example", DOMAIN)
                    .refuseAbove(3)
                    .greetAfter(Duration.ofMillis(200))
                    .slow(Duration.ofMillis(5));
            var submitted = replicas.submit(DOMAIN, 600);
            replicas.start("one.test");
            awaitAllOnce(mx, submitted);
            assertThat(mx.refused()).isPositive();
            assertThat(replicas.records(Topics.deferred(FOR_LATER))).isEmpty();
        }
    }

    @Test
    void aHostThatHangsUpNowAndThenGetsAllOnce(@TempDir Path dir) throws Exception {
        try (var replicas = new Replicas(dir, Duration.ofSeconds(1))) {
            var mx = replicas.mx("mx.own.example", DOMAIN).dropEach(20);
            var submitted = replicas.submit(DOMAIN, 600);
            replicas.start("one.test");
            awaitAllOnce(mx, submitted);
        }
    }
}
