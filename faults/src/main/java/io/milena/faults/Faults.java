package io.milena.faults;

import java.io.IOException;

/** {@code ./milena faults}: exit code 0 if every promise was kept, 1 if not, 2 for wrong usage. */
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
        System.exit(report.isGood() ? 0 : 1);
    }
}
