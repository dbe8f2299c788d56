package io.milena.standalone.operator;

import java.util.Map;
import picocli.CommandLine.Mixin;

/** A command that one service answers over REST. */
abstract class ServiceCommand implements Command {
    @Mixin
    PlatformOptions platform = new PlatformOptions();

    /** The service that answers: on a split platform its port is called. */
    String service() {
        return "delivery";
    }

    @Override
    public final int run(Console console, Map<String, String> environment) {
        try (var client = new Client(Endpoint.of(platform, service(), environment), service())) {
            return run(client, console);
        }
    }

    /** As {@link Command#run}, with a client that the caller closes. */
    abstract int run(Client client, Console console);
}
