package io.milena.standalone.platform;

import io.milena.embedded.StartException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/** What was asked for; {@code ./milena help} describes it. */
public sealed interface CommandLine {
    /** Run the platform, in this process or split into one for each part. */
    record Up(Path data, Optional<Path> config, boolean live, boolean split, int brokers, int deliveries)
            implements CommandLine {}

    /** Start one part of a split platform again. */
    record Start(String part, Path data) implements CommandLine {}

    /** Stop one part of a split platform. */
    record Stop(String part, Path data) implements CommandLine {}

    /** Throws a {@link StartException} that says what is wrong. */
    public static CommandLine parse(String... arguments) {
        var rest = new ArrayDeque<>(List.of(arguments));
        var command = rest.isEmpty() ? "nothing" : rest.poll();
        return switch (command) {
            case "up" -> up(rest);
            case "start" -> new Start(name(command, rest), data(rest));
            case "stop" -> new Stop(name(command, rest), data(rest));
            default -> throw new StartException(command + " is not a command (expected: up, start or stop)");
        };
    }

    private static Up up(ArrayDeque<String> rest) {
        var data = Path.of("data");
        Optional<Path> config = Optional.empty();
        boolean live = false;
        boolean split = false;
        int brokers = 1;
        int deliveries = 1;
        while (!rest.isEmpty()) {
            var option = rest.poll();
            switch (option) {
                case "--live" -> live = true;
                case "--split" -> split = true;
                case "--brokers" -> brokers = brokers(value(option, rest));
                case "--deliveries" -> deliveries = deliveries(value(option, rest));
                case "--data" -> data = Path.of(value(option, rest));
                case "--config" -> config = Optional.of(Path.of(value(option, rest)));
                default -> throw unknown(option);
            }
        }
        if (brokers > 1 && !split) {
            throw new StartException("--brokers " + brokers + " needs --split");
        }
        if (deliveries > 1 && !split) {
            throw new StartException("--deliveries " + deliveries + " needs --split");
        }
        return new Up(data.toAbsolutePath().normalize(), config, live, split, brokers, deliveries);
    }

    private static int brokers(String value) {
        return switch (value) {
            case "1" -> 1;
            case "3" -> 3;
            default -> throw new StartException("--brokers " + value + " (expected: 1 or 3)");
        };
    }

    private static int deliveries(String value) {
        if (!value.matches("[1-9]")) {
            throw new StartException("--deliveries " + value + " (expected: 1 to 9)");
        }
        return Integer.parseInt(value);
    }

    private static String name(String command, ArrayDeque<String> rest) {
        if (rest.isEmpty() || rest.peek().startsWith("--")) {
            throw new StartException(command + " needs the name of a part");
        }
        return rest.poll();
    }

    private static Path data(ArrayDeque<String> rest) {
        var data = Path.of("data");
        while (!rest.isEmpty()) {
            var option = rest.poll();
            if (!option.equals("--data")) {
                throw unknown(option);
            }
            data = Path.of(value(option, rest));
        }
        return data.toAbsolutePath().normalize();
    }

    private static String value(String option, ArrayDeque<String> rest) {
        if (rest.isEmpty()) {
            throw new StartException(option + " needs a value");
        }
        return rest.poll();
    }

    private static StartException unknown(String option) {
        return new StartException(option + " is not an option (./milena help lists them)");
    }
}
