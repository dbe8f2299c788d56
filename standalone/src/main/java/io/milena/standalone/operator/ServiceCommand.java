package io.milena.standalone.operator;

import java.util.Map;

/** A command that one service answers over REST. */
interface ServiceCommand extends Command {
    /** Where the platform is. */
    PlatformOptions platform();

    /** The service that answers: where the platform is split, its port. */
    default String service() {
        return "delivery";
    }

    @Override
    default int run(Console console, Map<String, String> environment) {
        try (var client = new Client(Endpoint.of(platform(), service(), environment))) {
            return run(client, console);
        }
    }

    /** As {@link Command#run}, with a client that the caller closes. */
    int run(Client client, Console console);
}
