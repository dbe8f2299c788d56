package io.milena.delivery.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.milena.delivery.tlsreport.SteppedClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Turns among sources: by tag, account and weight, by blocks, and by warm-up plans. */
class PoolsTest {
    private final SteppedClock clock = new SteppedClock("2026-11-24T00:00:00Z");

    @Test
    void withoutPoolsTheUnnamedSourceSendsAll() {
        var pools = new Pools(Pools.Settings.NONE, "mta.example.org", Blocks.NONE, () -> 1, clock);
        assertThat(pools.choose("acme", Optional.of("t"), "example.com"))
                .isInstanceOfSatisfying(Choice.Chosen.class, chosen -> {
                    assertThat(chosen.source().name()).isEmpty();
                    assertThat(chosen.source().hostname()).isEqualTo("mta.example.org");
                });
        assertThat(pools.byTag()).isFalse();
    }

    @Test
    void theTagGoesBeforeTheAccountAndThatBeforeTheDefault() {
        var pools = pools(
                Map.of("usual", "a", "bulk", "b", "acmes", "c"),
                Optional.of("usual"),
                List.of("tag:bulk=bulk", "account:acme=acmes"));
        assertThat(pools.byTag()).isTrue();
        assertThat(chosen(pools, "acme", "bulk")).isEqualTo("b");
        assertThat(chosen(pools, "acme", "other")).isEqualTo("c");
        assertThat(chosen(pools, "other", null)).isEqualTo("a");
    }

    @Test
    void withoutADefaultPoolOthersGoFromTheUnnamed() {
        var pools = pools(Map.of("acmes", "c"), Optional.empty(), List.of("account:acme=acmes"));
        assertThat(chosen(pools, "acme", null)).isEqualTo("c");
        assertThat(((Choice.Chosen) pools.choose("other", Optional.empty(), "example.com"))
                        .source()
                        .name())
                .isEmpty();
    }

    @Test
    void sharesAreExactAndComeInTurns() {
        var pools = pools(Map.of("p", "a=5, b=1, c"), Optional.of("p"), List.of());
        assertThat(turns(pools, 7)).isEqualTo("a a b a c a a");
        assertThat(counts(pools, 700)).isEqualTo(Map.of("a", 500, "b", 100, "c", 100));
    }

    @Test
    void sharesAreExactUnderManyThreads() {
        var pools = pools(Map.of("p", "a=3, b=1"), Optional.of("p"), List.of());
        var counts = new ConcurrentHashMap<String, Integer>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, 40)
                    .forEach(i -> threads.submit(() -> IntStream.range(0, 100)
                            .forEach(j -> counts.merge(chosen(pools, "x", null), 1, Integer::sum))));
        }
        assertThat(counts).isEqualTo(Map.of("a", 3000, "b", 1000));
    }

    @Test
    void whatASiteBlocksIsLeftOutThereAlone() {
        Blocks blocks = (source, destination) -> !(source.equals("a") && destination.equals("strict.example"));
        var pools = pools(Map.of("p", "a=2, b=1, c=1"), Optional.of("p"), List.of(), blocks);
        var strict = new ArrayList<String>();
        var others = new ArrayList<String>();
        for (int i = 0; i < 400; i++) {
            strict.add(chosen(pools, "strict.example"));
            others.add(chosen(pools, "example.com"));
        }
        assertThat(strict).doesNotContain("a");
        assertThat(Collections.frequency(strict, "b") + Collections.frequency(others, "b"))
                .isCloseTo(Collections.frequency(strict, "c") + Collections.frequency(others, "c"), within(2));
        // At the other destination it has its usual share: nothing is compensated.
        assertThat(Collections.frequency(others, "a")).isCloseTo(200, within(4));
    }

    @Test
    void whereAllAreBlockedThatIsSaid() {
        var pools = pools(Map.of("p", "a, b"), Optional.of("p"), List.of(), (source, destination) -> false);
        assertThat(pools.choose("x", Optional.empty(), "example.com")).isEqualTo(new Choice.AllBlocked("pool:p"));
    }

    @Test
    void anOrderedSourceKeepsToItsPlanAndToWhatBlocksIt() {
        var pools = pools(Map.of("p", "new, a"), Optional.of("p"), List.of(), (source, site) -> !site.equals("shut"));
        assertThat(pools.chooseFrom("source:new", "example.com")).containsInstanceOf(Choice.Chosen.class);
        assertThat(pools.chooseFrom("source:new", "example.com"))
                .contains(new Choice.WarmingUp("source:new", Duration.ofMinutes(1)));
        assertThat(pools.chooseFrom("source:a", "shut")).contains(new Choice.AllBlocked("source:a"));
        assertThat(pools.chooseFrom("source:none", "example.com")).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pools.check("pool:q"))
                .withMessage("pool:q: there is none of that name (pools: p; sources: a, b, c, new)");
    }

    @Test
    void overItsPlanMailGoesToTheWarmSources() {
        var pools = pools(Map.of("p", "new=3, a=1"), Optional.of("p"), List.of());
        int cold = 0;
        for (int i = 0; i < 7200; i++) {
            cold += chosen(pools, "x", null).equals("new") ? 1 : 0;
            clock.goOn(Duration.ofSeconds(1));
        }
        // 60 an hour on the first day, and at least one whenever one is allowed.
        assertThat(cold).isBetween(119, 120);
        clock.goOn(Duration.ofDays(2));
        assertThat(counts(pools, 400)).isEqualTo(Map.of("new", 300, "a", 100));
    }

    @Test
    void withoutAWarmSourceMailWaitsForItsTurn() {
        var pools = pools(Map.of("p", "new"), Optional.of("p"), List.of());
        assertThat(chosen(pools, "x", null)).isEqualTo("new");
        assertThat(pools.choose("x", Optional.empty(), "example.com"))
                .isEqualTo(new Choice.WarmingUp("pool:p", Duration.ofMinutes(1)));
        assertThat(pools.choose("x", Optional.empty(), "example.com"))
                .isEqualTo(new Choice.WarmingUp("pool:p", Duration.ofMinutes(2)));
    }

    @Test
    void aPlanHoldsOverAllPoolsOfItsSourceAndForNothingThatDidNotGo() {
        var pools = pools(Map.of("p", "new", "q", "new, a"), Optional.of("p"), List.of("tag:q=q"));
        var first = (Choice.Chosen) pools.choose("x", Optional.empty(), "example.com");
        assertThat(chosen(pools, "x", "q")).isEqualTo("a");
        pools.giveBack(first.source());
        assertThat(chosen(pools, "x", "q")).isEqualTo("new");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "a=3, z; milena.delivery.pools.\"p\": there is no source z (milena.delivery.sources.\"z\")",
                "a,; milena.delivery.pools.\"p\": there is no source  (milena.delivery.sources.\"\")",
                "a=0; milena.delivery.pools.\"p\": 0 (expected: a weight from 1 to 999999)",
                "a=-1; milena.delivery.pools.\"p\": -1 (expected: a weight from 1 to 999999)",
                "a=x; milena.delivery.pools.\"p\": x (expected: a weight from 1 to 999999)",
                "a, a=2; milena.delivery.pools.\"p\": a is there twice"
            })
    void aPoolThatContradictsTheSourcesIsRefused(String members, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pools(Map.of("p", members), Optional.empty(), List.of()))
                .withMessage(sentence);
    }

    @Test
    void aPoolThatThereIsNotIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pools(Map.of(), Optional.of("p"), List.of()))
                .withMessage("milena.delivery.pool: there is no pool p (milena.delivery.pools.\"p\")");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pools(Map.of(), Optional.empty(), List.of("account:x=p")))
                .withMessage("milena.delivery.pool-of: there is no pool p (milena.delivery.pools.\"p\")");
    }

    @ParameterizedTest
    @CsvSource({"x=p", "account:=p", "tag:x", "domain:example.com=p", "=p"})
    void whatSelectsNothingIsRefused(String entry) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pools(Map.of("p", "a"), Optional.empty(), List.of(entry)))
                .withMessage("milena.delivery.pool-of: " + entry + " (expected: account:ID=POOL or tag:NAME=POOL)");
    }

    @Test
    void whatIsThereTwiceIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pools(Map.of("p", "a"), Optional.empty(), List.of("tag:x=p", "tag:x=p")))
                .withMessage("milena.delivery.pool-of: tag:x is there twice");
    }

    private Pools pools(Map<String, String> pools, Optional<String> pool, List<String> poolOf) {
        return pools(pools, pool, poolOf, Blocks.NONE);
    }

    private Pools pools(Map<String, String> pools, Optional<String> pool, List<String> poolOf, Blocks blocks) {
        var sources = List.of(source("a"), source("b"), source("c"), source("new", "2026-11-24: 60, 120"));
        return new Pools(new Pools.Settings(sources, pools, pool, poolOf), "mta.example.org", blocks, () -> 1, clock);
    }

    private static SourceSettings source(String name, String... plan) {
        return new SourceSettings(
                name,
                List.of("127.0.0.5"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(plan).stream().findFirst());
    }

    private static String chosen(Pools pools, String account, String tag) {
        return chosen(pools.choose(account, Optional.ofNullable(tag), "example.com"));
    }

    private static String chosen(Pools pools, String destination) {
        return chosen(pools.choose("x", Optional.empty(), destination));
    }

    private static String chosen(Choice choice) {
        return ((Choice.Chosen) choice).source().name().orElseThrow();
    }

    private static String turns(Pools pools, int count) {
        return String.join(
                " ",
                IntStream.range(0, count)
                        .mapToObj(i -> chosen(pools, "x", null))
                        .toList());
    }

    private static Map<String, Integer> counts(Pools pools, int count) {
        var counts = new ConcurrentHashMap<String, Integer>();
        IntStream.range(0, count).forEach(i -> counts.merge(chosen(pools, "x", null), 1, Integer::sum));
        return counts;
    }
}
