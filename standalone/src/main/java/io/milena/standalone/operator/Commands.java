package io.milena.standalone.operator;

import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All commands that ask a running platform, and how one of them comes to its end: 0, 1 if it was refused, 2 if it makes no sense. */
public final class Commands {
    private static final List<Command> ALL = List.of(
            new StatusCommand(),
            new QueueCommand(),
            new OrdersCommand(),
            new OrderCommand("suspend"),
            new OrderCommand("bounce"),
            new OrderCommand("discard"),
            new OrderCommand("rebind", "rebind", "TARGET|pool:NAME|source:NAME"),
            new OrderCommand("throttle", "rate", "RATE"),
            new OrderCommand("tls", "tls", "off|require"),
            new ShapingCommand(),
            new FlushCommand(),
            new MessageCommand(),
            new DeadLettersCommand());

    private Commands() {}

    /** Whether the first argument is the name of one. */
    public static boolean has(String... arguments) {
        return arguments.length > 0 && find(arguments[0]).isPresent();
    }

    private static Optional<Command> find(String name) {
        return ALL.stream().filter(command -> command.name().equals(name)).findFirst();
    }

    /** Runs it and returns the exit code. */
    static int run(Console console, Map<String, String> environment, String... arguments) {
        var command = find(arguments[0]).orElseThrow();
        try {
            var parsed = Arguments.parse(command, Arrays.asList(arguments).subList(1, arguments.length));
            return command.run(parsed, environment, console);
        } catch (UsageException e) {
            console.complain(e.getMessage());
            command.usage().lines().forEach(line -> console.err().println("  ./milena " + line));
            return 2;
        } catch (RefusedException e) {
            console.complain(e.getMessage());
            return 1;
        }
    }

    /** The same, with what this process has. */
    public static int run(String... arguments) {
        var console = new Console(System.out, System.err, Clock.systemUTC());
        int code = run(console, System.getenv(), arguments);
        System.out.flush();
        return code;
    }
}
