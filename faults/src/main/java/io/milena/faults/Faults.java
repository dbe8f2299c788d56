package io.milena.faults;

import java.io.IOException;

/**
 * {@code ./milena faults}: exit code 0 if every promise was kept, 1 if not, 2 for wrong usage. With a
 * mutant it is 0 if the checker found a broken promise, 1 if not.
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
        var report = Round.run(options);
        report.write(options.report());
        System.out.println(report.text());
        System.out.println("JSON: " + options.report().toAbsolutePath());
        boolean mutated = options.mutant() != Mutant.NONE;
        if (mutated) {
            System.out.printf(
                    "Mutant %s: %s%n", options.mutant().word(), report.isGood() ? "NOT FOUND" : "found by the checker");
        }
        System.exit(report.isGood() == mutated ? 1 : 0);
    }
}
