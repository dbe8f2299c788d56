package io.milena.bench.micro;

import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** {@code ./milena bench micro [REGEX]}: the benchmarks whose names match, all by default. */
public final class Micro {
    private Micro() {}

    public static void measure(String names) throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include("io\\.milena\\.bench\\.micro\\..*" + names)
                        .build())
                .run();
    }
}
