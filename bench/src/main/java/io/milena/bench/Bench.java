package io.milena.bench;

import io.milena.bench.micro.Micro;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.openjdk.jmh.runner.RunnerException;

/**
 * {@code ./milena bench [SCENARIO [MESSAGES]]}: measures the figures of {@code docs/performance.md} and of the
 * decisions.
 */
public final class Bench {
    /** Octets of every message. */
    static final int SIZE = 2048;
    /**
     * Before that many messages the JIT compiler takes a large part of two cores, and would be measured instead of us.
     */
    static final int WARM_UP = 60_000;

    private static final String SCENARIOS =
            "accept, relay, destinations, fairness, backlog, scale, idle, dkim or micro";

    private Bench() {}

    public static void main(String[] args)
            throws IOException, InterruptedException, GeneralSecurityException, RunnerException {
        var milena = Path.of(args[0]);
        var scenario = args.length > 1 ? args[1] : "relay";
        switch (scenario) {
            case "accept" -> Throughput.measure(milena, true);
            case "relay" -> Throughput.measure(milena, false);
            case "destinations" -> BadDestinations.measure(milena, messages(args, 40_000));
            case "fairness" -> Fairness.measure(milena, messages(args, 100_000));
            case "backlog" -> Restart.measure(milena, messages(args, 1_000_000));
            case "scale" -> Replicas.measure(milena, messages(args, 40_000));
            case "idle" -> IdleSessions.measure(milena);
            case "dkim" -> DkimSpeed.measure();
            case "micro" -> Micro.measure(args.length > 2 ? args[2] : "");
            default -> refuse("no scenario '" + scenario + "' (expected: " + SCENARIOS + ")");
        }
    }

    private static int messages(String[] args, int otherwise) {
        if (args.length < 3) {
            return otherwise;
        }
        if (!args[2].matches("[1-9]\\d{3,7}")) {
            refuse("messages: " + args[2] + " (expected: a number from 1000 to 99999999)");
        }
        return Integer.parseInt(args[2]);
    }

    private static void refuse(String why) {
        System.err.println("milena bench: " + why);
        System.exit(2);
    }
}
