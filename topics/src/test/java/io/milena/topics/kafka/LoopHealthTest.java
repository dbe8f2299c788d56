package io.milena.topics.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

/** Liveness is progress. */
class LoopHealthTest {
    private long now;
    private final LoopHealth health = new LoopHealth("fanout", () -> now);

    @Test
    void aLoopWithoutWorkIsWell() {
        health.turned();
        health.work();
        health.idle();
        pass(Duration.ofMinutes(2));

        assertThat(health.problem()).isEmpty();
    }

    @Test
    void aLoopWithWorkThatCommitsIsWellHoweverLongItHasWork() {
        for (int i = 0; i < 10; i++) {
            health.turned();
            health.work();
            pass(Duration.ofSeconds(50));
            health.committed();
        }

        assertThat(health.problem()).isEmpty();
    }

    @Test
    void aLoopWithWorkThatCommitsNothingForAMinuteIsStalledAndSaysWhy() {
        health.work();
        pass(Duration.ofSeconds(30));
        health.failed(new KafkaException("refused", new IllegalStateException("the record is too large")));
        pass(Duration.ofSeconds(29));
        assertThat(health.problem()).isEmpty();
        pass(Duration.ofSeconds(2));

        assertThat(health.problem().orElseThrow())
                .contains("committed nothing for 61 s")
                .contains("refused")
                .contains("the record is too large");
        health.committed();
        assertThat(health.problem()).isEmpty();
    }

    @Test
    void whoHasFailedAndSeesNothingMoreIsStalledUntilKafkaAnswers() {
        health.failed(new KafkaException("no broker"));
        health.idle();
        pass(Duration.ofMinutes(2));
        assertThat(health.problem()).isPresent();
        assertThat(health.works()).isFalse();

        health.heard();
        health.idle();

        assertThat(health.problem()).isEmpty();
        assertThat(health.works()).isTrue();
    }

    @Test
    void aLoopThatDoesNotGoRoundIsStuck() {
        health.turned();
        pass(Duration.ofSeconds(181));

        assertThat(health.problem().orElseThrow()).contains("not completed a turn for 181 s");
    }

    @Test
    void aThreadThatHasEndedIsAProblemAtOnce() {
        health.ended(new StackOverflowError());

        assertThat(health.problem().orElseThrow())
                .contains("its thread has ended")
                .contains("StackOverflowError");
    }

    @Test
    void theProblemOfALoopIsItsServicesAndTheMetricTellsWhich() {
        var meters = new SimpleMeterRegistry();
        var service = new ServiceHealth("delivery", meters);
        service.loop("deferred");
        var loop = service.loop("fanout");
        assertThat(service.problems()).isEmpty();

        loop.ended(new IllegalStateException("gone"));

        assertThat(service.problems()).containsOnlyKeys("fanout");
        assertThat(meters.get("milena.stalled")
                        .tags("service", "delivery", "loop", "fanout")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(meters.get("milena.stalled")
                        .tags("service", "delivery", "loop", "deferred")
                        .gauge()
                        .value())
                .isZero();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
