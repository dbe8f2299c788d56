package io.milena.faults;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;

/**
 * The command line of {@code ./milena faults}.
 *
 * @param only part of the names of the faults that come; empty for all
 */
record Options(Path milena, Duration length, long seed, int brokers, Path report, Mutant mutant, String only) {
    private static final int LARGEST_SEED = 1_000_000;

    /**
     * {@code MILENA [--minutes N] [--seed S] [--brokers 1|3] [--report FILE] [--mutant NAME] [--only TEXT]}; throws with
     * a sentence for the user.
     */
    static Options parse(String... arguments) {
        int minutes = 3;
        long seed = new SecureRandom().nextInt(LARGEST_SEED);
        int brokers = 1;
        Path report = Path.of("faults.json");
        var mutant = Mutant.NONE;
        var only = "";
        for (int i = 1; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + " (expected: a value behind it, or no such option)");
            }
            var value = arguments[i + 1];
            switch (arguments[i]) {
                case "--minutes" -> minutes = (int) number("--minutes", value, "[1-9]\\d{0,3}", "1 to 9999");
                case "--seed" -> seed = number("--seed", value, "\\d{1,18}", "a whole number");
                case "--brokers" -> brokers = (int) number("--brokers", value, "[13]", "1 or 3");
                case "--report" -> report = Path.of(value);
                case "--mutant" -> mutant = Mutant.of(value);
                case "--only" -> only = value;
                default ->
                    throw new IllegalArgumentException(
                            arguments[i] + " (expected: --minutes, --seed, --brokers, --report, --mutant or --only)");
            }
        }
        return new Options(Path.of(arguments[0]), Duration.ofMinutes(minutes), seed, brokers, report, mutant, only);
    }

    private static long number(String option, String value, String pattern, String expected) {
        if (!value.matches(pattern)) {
            throw new IllegalArgumentException(option + " " + value + " (expected: " + expected + ")");
        }
        return Long.parseLong(value);
    }
}
