package io.milena.faults;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

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
        var exit = new CompletableFuture<Integer>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endEarly(round, exit)));
        int code = 1;
        try {
            var report = round.run();
            report.write(options.report());
            System.out.println(report.text());
            System.out.println("JSON: " + options.report().toAbsolutePath());
            boolean mutated = options.mutant() != Mutant.NONE;
            if (mutated) {
                System.out.printf(
                        "Mutant %s: %s%n",
                        options.mutant().word(), report.isGood() ? "NOT FOUND" : "found by the checker");
            }
            code = report.isGood() == mutated ? 1 : 0;
        } finally {
            exit.complete(code);
        }
        return code;
    }

    /** The evidence is in the memory of this process, so SIGTERM and SIGINT end the faults only, and not the verdict. */
    private static void endEarly(Round round, CompletableFuture<Integer> exit) {
        if (!exit.isDone()) {
            System.out.println("No more faults. The queues are drained, and the verdict follows.");
            round.end();
            // The process was told to end, but its exit code is that of the verdict.
            Runtime.getRuntime().halt(exit.join());
        }
    }
}
