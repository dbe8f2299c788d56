package io.milena.faults;

import java.io.IOException;
import java.util.stream.Stream;
import sun.misc.Signal;

/**
 * {@code ./milena faults}: exit code 0 if every promise was kept, 1 if not, 2 for wrong usage. With a
 * mutant it is 0 if the checker found a broken promise, 1 if not. SIGTERM and SIGINT end the faults early.
 */
public final class Faults {
    private Faults() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Options options;
        try {
            options = Options.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println("milena faults: " + e.getMessage());
            System.exit(2);
            return;
        }
        System.out.printf(
                "Faults for %d min with seed %d and %d broker(s).%n",
                options.length().toMinutes(), options.seed(), options.brokers());
        System.exit(run(options));
    }

    private static int run(Options options) throws IOException, InterruptedException {
        var round = new Round(options);
        Stream.of("INT", "TERM").forEach(name -> Signal.handle(new Signal(name), signal -> endEarly(round)));
        var report = round.run();
        report.write(options.report());
        System.out.println(report.text());
        System.out.println("JSON: " + options.report().toAbsolutePath());
        boolean mutated = options.mutant() != Mutant.NONE;
        if (mutated) {
            System.out.printf(
                    "Mutant %s: %s%n", options.mutant().word(), report.isGood() ? "NOT FOUND" : "found by the checker");
        }
        return report.isGood() == mutated ? 1 : 0;
    }

    /**
     * The evidence is in the memory of this process, so the first SIGTERM or SIGINT ends the faults only, and not the
     * verdict. A shutdown hook could not wait for it: others, beside it, end the platform.
     */
    private static void endEarly(Round round) {
        if (round.end()) {
            System.out.println("No more faults. The queues are drained, and the verdict follows.");
        } else {
            System.exit(1);
        }
    }
}
