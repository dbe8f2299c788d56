package io.milena.standalone.operator;

import java.util.Map;
import java.util.Set;

/** One command of an operator's. */
interface Command {
    String name();

    /** How it is called, without the options that all commands have. */
    String usage();

    /** Its options that stand alone, such as {@code --raw}. */
    default Set<String> flags() {
        return Set.of();
    }

    /** Its options that a value follows. */
    default Set<String> options() {
        return Set.of();
    }

    /** The service that answers it: where the platform is split, its port. */
    default String service() {
        return "delivery";
    }

    /** The exit code. Asks the service that answers; throws what {@link #run(Arguments, Client, Console)} throws. */
    default int run(Arguments arguments, Map<String, String> environment, Console console) {
        try (var client = new Client(Endpoint.of(arguments, service(), environment))) {
            return run(arguments, client, console);
        }
    }

    /** The exit code. Throws {@link UsageException} for what makes no sense, and {@link RefusedException} for what the server refuses. */
    int run(Arguments arguments, Client client, Console console);
}
