package io.milena.standalone.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code suspend}, {@code bounce}, {@code discard}, {@code rebind}, {@code throttle} and {@code tls}: orders to all
 * replicas, for a limited time.
 */
final class OrderCommands {
    /** Default duration of bounce and discard for more than one message. */
    private static final String CAREFUL_LASTING = "5m";

    private OrderCommands() {}

    /** A picocli mixin of all orders: the mail, the reason and the duration. */
    static final class Order {
        @Mixin
        private Selection selection = new Selection();

        @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for the record.")
        private String reason = "";

        @Option(
                names = "--for",
                paramLabel = "TIME",
                description =
                        "How long it holds, such as 30m or 2h. Without it bounce and discard of more than one message"
                                + " hold for 5m, other orders until they are withdrawn.")
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
    static final class Suspend extends ServiceCommand {
        @Mixin
        private Order order = new Order();

        @Override
        int run(Client client, Console console) {
            return give(order.body("suspend"), platform, client, console);
        }
    }

    @CommandLine.Command(
            name = "bounce",
            description = "Return mail to its sender; asks first where it is more than one message.")
    static final class Bounce extends ServiceCommand {
        @Mixin
        private Order order = new Order();

        @Option(names = "--yes", description = "Ask nothing; for programs.")
        private boolean yes;

        @Override
        int run(Client client, Console console) {
            return giveWithCare(order.body("bounce"), yes, platform, client, console);
        }
    }

    @CommandLine.Command(
            name = "discard",
            description = "Drop mail, and tell no sender; asks first where it is more than one message.")
    static final class Discard extends ServiceCommand {
        @Mixin
        private Order order = new Order();

        @Option(names = "--yes", description = "Ask nothing; for programs.")
        private boolean yes;

        @Override
        int run(Client client, Console console) {
            return giveWithCare(order.body("discard"), yes, platform, client, console);
        }
    }

    @CommandLine.Command(name = "rebind", description = "Send mail by another route, pool or source.")
    static final class Rebind extends ServiceCommand {
        @Parameters(
                paramLabel = "TARGET",
                description = "HOST:PORT, smtps://HOST:PORT, lmtp://HOST:PORT, mx, discard, pool:NAME or source:NAME.")
        private String target = "";

        @Mixin
        private Order order = new Order();

        @Override
        int run(Client client, Console console) {
            var body = order.body("rebind");
            body.put("value", target);
            return give(body, platform, client, console);
        }
    }

    @CommandLine.Command(name = "throttle", description = "Limit the rate at which mail goes to a site.")
    static final class Throttle extends ServiceCommand {
        @Parameters(paramLabel = "RATE", description = "Such as 10/min.")
        private String rate = "";

        @Mixin
        private Order order = new Order();

        @Override
        int run(Client client, Console console) {
            var body = order.body("rate");
            body.put("value", rate);
            return give(body, platform, client, console);
        }
    }

    @CommandLine.Command(name = "tls", description = "Use no TLS at a site, or TLS only.")
    static final class Tls extends ServiceCommand {
        @Parameters(
                paramLabel = "off|require",
                description = "off: in clear, where nothing forbids it. require: with TLS only.")
        private String level = "";

        @Mixin
        private Order order = new Order();

        @Override
        int run(Client client, Console console) {
            var body = order.body("tls");
            body.put("value", level);
            return give(body, platform, client, console);
        }
    }

    /** Gives an order that cannot be undone: asks a person first, and lets the order end soon. */
    private static int giveWithCare(
            LinkedHashMap<String, Object> body, boolean yes, PlatformOptions platform, Client client, Console console) {
        if (!body.containsKey("message")) {
            body.putIfAbsent("lasting", CAREFUL_LASTING);
            if (!yes && !isConfirmed(body, client, console)) {
                console.say("Nothing was done.");
                return 1;
            }
        }
        return give(body, platform, client, console);
    }

    private static boolean isConfirmed(LinkedHashMap<String, Object> body, Client client, Console console) {
        var action = body.get("action");
        if (console.person().isEmpty()) {
            throw new UsageException(action + " of more than one message asks first: a program needs --yes");
        }
        var selectors = new LinkedHashMap<>(body);
        selectors.keySet().removeAll(List.of("action", "reason", "lasting"));
        var which = selectors.containsKey("all")
                ? "all mail"
                : "mail with "
                        + selectors.entrySet().stream()
                                .map(entry -> entry.getKey() + "=" + entry.getValue())
                                .collect(Collectors.joining(" "));
        return console.confirms("%s %s: %s just now, and all that comes within %s. Go on?"
                .formatted(action, which, new Reach(client, selectors).text(), body.get("lasting")));
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
