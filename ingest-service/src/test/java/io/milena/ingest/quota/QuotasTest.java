package io.milena.ingest.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.smtp.Replies;
import io.milena.topics.Directory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotasTest {
    private final SimulatedTime time = new SimulatedTime();
    private Optional<Long> perDay = Optional.empty();
    private Optional<Integer> perSecond = Optional.empty();
    /** When a message was admitted, in nanoseconds; and what the others heard. */
    private final List<Long> admitted = new ArrayList<>();

    private final List<Admission> answers = new ArrayList<>();

    private Quotas replica(Leases leases) {
        return new Quotas(
                id -> Optional.of(new Directory.Account(
                        id,
                        id,
                        "active",
                        false,
                        false,
                        perDay,
                        perSecond,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Optional.empty(),
                        List.of())),
                leases,
                time);
    }

    @Test
    void anAccountThatIsNotKnownComesAgain() {
        var quotas = new Quotas(
                id -> Optional.empty(),
                wish -> {
                    throw new AssertionError("no lease is asked for");
                },
                time);
        assertThat(quotas.admit("a1").result()).isEqualTo(new Admission.Refused(Replies.ACCOUNT_UNKNOWN));
    }

    private void send(Quotas quotas) {
        quotas.admit("a1").onSuccess(answer -> {
            answers.add(answer);
            if (answer instanceof Admission.Admitted) {
                admitted.add(time.nanos());
            }
        });
    }

    /** Every replica is sent this many messages a second, at random times. */
    private void load(List<Quotas> replicas, int perSecondEach, int seconds, Random random) {
        for (var replica : replicas) {
            for (int i = 0; i < perSecondEach * seconds; i++) {
                time.in(random.nextLong(seconds * 1000L), () -> send(replica));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aRateIsNeverExceededOverAllReplicasAndIsUsed(long seed) {
        var random = new Random(seed);
        var leases = new FakeLeases(time, random, 0.05);
        leases.perSecond = 20;
        perSecond = Optional.of(20);
        var replicas =
                IntStream.range(0, 3).mapToObj(i -> replica(leases.of("r" + i))).toList();
        load(replicas, 30, 20, random);
        // One alone, then all again: shares move.
        time.run(20_000);
        load(replicas.subList(0, 1), 60, 20, random);
        time.run(20_000);
        load(replicas, 30, 20, random);
        time.run(40_000);

        assertThat(mostInAnySecond()).isLessThanOrEqualTo(20);
        assertThat(admitted.size()).isGreaterThan(60 * 20 * 6 / 10);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aReplicaThatWasCutOffComesBackWithNothing(long seed) {
        var random = new Random(seed);
        var leases = new FakeLeases(time, random, 0);
        leases.perSecond = 20;
        perSecond = Optional.of(20);
        var replicas = List.of(replica(leases.of("r0")), replica(leases.of("r1")));
        load(replicas, 40, 60, random);
        time.run(10_000);
        leases.cutOff = "r0";
        time.run(20_000);
        leases.cutOff = "";
        time.run(40_000);
        assertThat(mostInAnySecond()).isLessThanOrEqualTo(20);
        assertThat(admitted.size()).isGreaterThan(60 * 20 * 7 / 10);
    }

    @Test
    void whoIsThrottledAsksSeldom() {
        var leases = new FakeLeases(time, new Random(1), 0);
        leases.perSecond = 5;
        perSecond = Optional.of(5);
        load(List.of(replica(leases.of("r0"))), 20, 60, new Random(1));
        time.run(60_000);
        assertThat(leases.asked).isLessThan(90);
    }

    @Test
    void aPauseDoesNotUseUpADay() {
        var leases = new FakeLeases(time, new Random(1), 0);
        leases.perDay = 1000;
        perDay = Optional.of(1000L);
        var quotas = replica(leases.of("r0"));
        load(List.of(quotas), 10, 1, new Random(1));
        // Until what is not needed was given back, and a little longer.
        time.run(1_500);
        for (int i = 0; i < 50; i++) {
            time.in(i * 100, () -> send(quotas));
        }
        time.run(10_000);
        assertThat(answers).hasSize(60).allMatch(Admission.Admitted.class::isInstance);
    }

    @Test
    void aLimitThatChangesWhileAnAnswerIsAwaitedCountsAtOnce() {
        var leases = new FakeLeases(time, new Random(1), 0);
        leases.perDay = 100;
        perDay = Optional.of(100L);
        var quotas = replica(leases.of("r0"));
        for (int i = 0; i < 20; i++) {
            send(quotas);
        }
        leases.perDay = 0;
        perDay = Optional.of(0L);
        for (int i = 0; i < 20; i++) {
            send(quotas);
        }
        time.run(5_000);
        assertThat(admitted).isEmpty();
        assertThat(answers).hasSize(40);
    }

    private long mostInAnySecond() {
        int from = 0;
        int most = 0;
        for (int to = 0; to < admitted.size(); to++) {
            while (admitted.get(to) - admitted.get(from) >= 1_000_000_000L) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void aDayIsNeverExceededOverAllReplicasAndIsUsedUp(long seed) {
        var random = new Random(seed);
        var leases = new FakeLeases(time, random, 0.05);
        leases.perDay = 500;
        leases.dayMillis = 100_000;
        perDay = Optional.of(500L);
        var replicas =
                IntStream.range(0, 3).mapToObj(i -> replica(leases.of("r" + i))).toList();
        load(replicas, 4, 290, random);
        time.run(300_000);

        var days = new TreeMap<Long, Integer>();
        admitted.forEach(at -> days.merge(at / 100_000_000_000L, 1, Integer::sum));
        assertThat(days.values()).hasSize(3).allMatch(count -> count == 500);
    }

    @Test
    void aMessageThatIsNotAcceptedDoesNotCountForItsDay() {
        var leases = new FakeLeases(time, new Random(1), 0);
        leases.perDay = 1;
        perDay = Optional.of(1L);
        var quotas = replica(leases.of("r"));
        send(quotas);
        time.run(1_000);
        send(quotas);
        time.run(1_000);
        assertThat(answers.getLast()).isEqualTo(new Admission.Refused(Replies.DAY_USED_UP));
        ((Admission.Admitted) answers.getFirst()).giveBack().run();
        send(quotas);
        assertThat(answers.getLast()).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void whoComesTooFastWaitsAWhileAndIsThenSentAway() {
        var leases = new FakeLeases(time, new Random(1), 0);
        leases.perSecond = 1;
        perSecond = Optional.of(1);
        var quotas = replica(leases.of("r"));
        for (int i = 0; i < 30; i++) {
            send(quotas);
        }
        time.run(30_000);
        assertThat(admitted).hasSizeBetween(9, 11);
        assertThat(answers).hasSize(30);
        assertThat(answers.getLast()).isEqualTo(new Admission.Refused(Replies.TOO_FAST));
    }

    @Test
    void whatIsNotNeededIsGivenBackAtOnceOrWhenItIsIdle() {
        var leases = new FakeLeases(time, new Random(1), 0);
        leases.perDay = 10;
        perDay = Optional.of(10L);
        var first = replica(leases.of("r1"));
        var second = replica(leases.of("r2"));
        for (int i = 0; i < 5; i++) {
            send(first);
        }
        time.run(5_000);
        for (int i = 0; i < 6; i++) {
            send(second);
        }
        time.run(5_000);
        assertThat(admitted).hasSize(10);
        assertThat(answers).hasSize(11);
    }

    @Test
    void withoutAnAnswerNothingMoreIsAdmittedWhereThereIsALimit() {
        var leases = new FakeLeases(time, new Random(1), 0);
        leases.away = true;
        perDay = Optional.of(10L);
        var quotas = replica(leases.of("r"));
        send(quotas);
        perDay = Optional.empty();
        send(quotas);
        time.run(1_000);
        perSecond = Optional.of(10);
        send(quotas);
        time.run(1_000);
        assertThat(answers)
                .map(Object::getClass)
                .map(Class::getSimpleName)
                .containsExactly("Admitted", "Refused", "Refused");
        assertThat(answers.getLast()).isEqualTo(new Admission.Refused(Replies.LIMITS_UNKNOWN));
    }

    @Test
    void aLowerLimitCountsAtOnce() {
        var leases = new FakeLeases(time, new Random(1), 0);
        leases.perSecond = 10;
        perSecond = Optional.of(10);
        var quotas = replica(leases.of("r"));
        for (int i = 0; i < 10; i++) {
            send(quotas);
        }
        time.run(2_000);
        leases.perSecond = 2;
        perSecond = Optional.of(2);
        admitted.clear();
        for (int i = 0; i < 20; i++) {
            send(quotas);
        }
        time.run(15_000);
        assertThat(mostInAnySecond()).isLessThanOrEqualTo(2);
        assertThat(admitted.size()).isGreaterThan(10);
    }
}
