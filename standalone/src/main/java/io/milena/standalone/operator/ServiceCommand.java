package io.milena.standalone.operator;

import java.util.Map;

/** A command that one service answers. */
interface ServiceCommand extends Command {
    /** The service that answers it: where the platform is split, its port. */
    default String service() {
        return "delivery";
    }

    @Override
    default int run(Arguments arguments, Map<String, String> environment, Console console) {
        try (var client = new Client(Endpoint.of(arguments, service(), environment))) {
            return run(arguments, client, console);
        }
    }

    /** The exit code. Throws {@link UsageException} for what makes no sense, and {@link RefusedException} for what the server refuses. */
    int run(Arguments arguments, Client client, Console console);
}
