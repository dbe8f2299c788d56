package io.milena.standalone.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code suspend}, {@code bounce}, {@code discard}, {@code rebind}, {@code throttle} and {@code tls}: orders to all replicas, for a time. */
final class OrderCommands {
    private OrderCommands() {}

    /** A picocli mixin of all orders: which mail, why, and for how long. */
    static final class Order {
        @Mixin
        private Selection selection = new Selection();

        @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for the record.")
        private String reason = "";

        @Option(
                names = "--for",
                paramLabel = "TIME",
                description = "How long it holds, such as 30m or 2h; without it until it is withdrawn.")
        private Optional<String> lasting = Optional.empty();

        private LinkedHashMap<String, Object> body(String action) {
            var body = new LinkedHashMap<String, Object>();
            body.put("action", action);
            body.putAll(selection.selectors());
            body.put("reason", reason);
            lasting.ifPresent(time -> body.put("lasting", time));
            return body;
        }
    }

    @CommandLine.Command(name = "suspend", description = "Hold mail back for a time.")
    static final class Suspend implements ServiceCommand {
        @Mixin
        private Order order = new Order();

        @Mixin
        private PlatformOptions platform = new PlatformOptions();

        @Override
        public PlatformOptions platform() {
            return platform;
        }

        @Override
        public int run(Client client, Console console) {
            return give(order.body("suspend"), platform, client, console);
        }
    }

    @CommandLine.Command(name = "bounce", description = "Return mail to its sender.")
    static final class Bounce implements ServiceCommand {
        @Mixin
        private Order order = new Order();

        @Mixin
        private PlatformOptions platform = new PlatformOptions();

        @Override
        public PlatformOptions platform() {
            return platform;
        }

        @Override
        public int run(Client client, Console console) {
            return give(order.body("bounce"), platform, client, console);
        }
    }

    @CommandLine.Command(name = "discard", description = "Drop mail; no sender is told.")
    static final class Discard implements ServiceCommand {
        @Mixin
        private Order order = new Order();

        @Mixin
        private PlatformOptions platform = new PlatformOptions();

        @Override
        public PlatformOptions platform() {
            return platform;
        }

        @Override
        public int run(Client client, Console console) {
            return give(order.body("discard"), platform, client, console);
        }
    }

    @CommandLine.Command(name = "rebind", description = "Send mail by another route, pool or source.")
    static final class Rebind implements ServiceCommand {
        @Parameters(
                paramLabel = "TARGET",
                description = "HOST:PORT, smtps://HOST:PORT, lmtp://HOST:PORT, mx, discard, pool:NAME or source:NAME.")
        private String target = "";

        @Mixin
        private Order order = new Order();

        @Mixin
        private PlatformOptions platform = new PlatformOptions();

        @Override
        public PlatformOptions platform() {
            return platform;
        }

        @Override
        public int run(Client client, Console console) {
            var body = order.body("rebind");
            body.put("value", target);
            return give(body, platform, client, console);
        }
    }

    @CommandLine.Command(name = "throttle", description = "Limit the rate at which mail goes to a site.")
    static final class Throttle implements ServiceCommand {
        @Parameters(paramLabel = "RATE", description = "Such as 10/min.")
        private String rate = "";

        @Mixin
        private Order order = new Order();

        @Mixin
        private PlatformOptions platform = new PlatformOptions();

        @Override
        public PlatformOptions platform() {
            return platform;
        }

        @Override
        public int run(Client client, Console console) {
            var body = order.body("rate");
            body.put("value", rate);
            return give(body, platform, client, console);
        }
    }

    @CommandLine.Command(name = "tls", description = "Use no TLS at a site, or TLS only.")
    static final class Tls implements ServiceCommand {
        @Parameters(
                paramLabel = "off|require",
                description = "off: in clear, where nothing forbids it. require: with TLS only.")
        private String level = "";

        @Mixin
        private Order order = new Order();

        @Mixin
        private PlatformOptions platform = new PlatformOptions();

        @Override
        public PlatformOptions platform() {
            return platform;
        }

        @Override
        public int run(Client client, Console console) {
            var body = order.body("tls");
            body.put("value", level);
            return give(body, platform, client, console);
        }
    }

    private static int give(
            LinkedHashMap<String, Object> body, PlatformOptions platform, Client client, Console console) {
        var given = client.post("/v1/orders", body);
        if (platform.json) {
            console.print(given);
        } else {
            console.say(given.path("id").asText() + ": " + said(given));
        }
        return 0;
    }

    private static String said(JsonNode order) {
        var value = order.path("value").asText("");
        var until = order.path("until");
        return order.path("action").asText()
                + (value.isEmpty() ? "" : " " + value)
                + " of " + OrdersCommand.selector(order)
                + (until.isTextual() ? " until " + Figures.time(until) : ", until it is withdrawn");
    }
}
