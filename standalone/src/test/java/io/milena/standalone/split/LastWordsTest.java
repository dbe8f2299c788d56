package io.milena.standalone.split;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LastWordsTest {
    @Test
    void theInnermostCauseIsSaid() {
        assertThat(LastWords.of("""
                2026-11-28 21:24:38,949 ERROR [io.quarkus.runtime.Application] (main) Failed to start application
                java.lang.RuntimeException: Failed to start quarkus
                \tat io.quarkus.runner.ApplicationImpl.doStart(Unknown Source)
                Caused by: java.lang.IllegalStateException: outer
                \tat a.B.c(B.java:1)
                Caused by: io.milena.delivery.shaping.ShapingException: shaping.yaml:13: do: 'suspend' (expected: rate RATE)
                \tat a.B.c(B.java:2)
                \t... 9 more

                """)).isEqualTo("shaping.yaml:13: do: 'suspend' (expected: rate RATE)");
    }

    @Test
    void withoutAnExceptionItIsTheLastLine() {
        assertThat(LastWords.of("starting\n  no space left on device \n\n")).isEqualTo("no space left on device");
        assertThat(LastWords.of("\n")).isEqualTo("it said nothing");
    }
}
