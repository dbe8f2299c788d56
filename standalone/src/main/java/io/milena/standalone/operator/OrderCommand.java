package io.milena.standalone.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** {@code suspend}, {@code bounce}, {@code discard}, {@code rebind TARGET}, {@code throttle RATE} and {@code tls off|require}: an order, for a time. */
record OrderCommand(String name, String action, String value) implements ServiceCommand {
    private static final Map<String, String> SELECTORS = Map.of(
            "--message", "message",
            "--account", "account",
            "--domain", "domain",
            "--site", "site",
            "--tag", "tag",
            "--source", "source");

    /** One whose order has no value. */
    OrderCommand(String name) {
        this(name, name, "");
    }

    @Override
    public String usage() {
        return name + (value.isEmpty() ? "" : " " + value)
                + " --domain D | --site S | --account A | --tag T | --source S | --message ID | --all  --reason TEXT [--for 2h]";
    }

    @Override
    public Set<String> flags() {
        return Set.of("--all");
    }

    @Override
    public Set<String> options() {
        var options = new HashSet<>(SELECTORS.keySet());
        options.addAll(Set.of("--reason", "--for"));
        return options;
    }

    @Override
    public int run(Arguments arguments, Client client, Console console) {
        if (arguments.words().size() != (value.isEmpty() ? 0 : 1)) {
            throw new UsageException(value.isEmpty() ? name + " takes options only" : name + " needs " + value);
        }
        var order = new HashMap<String, Object>();
        order.put("action", action);
        arguments.words().stream().findFirst().ifPresent(given -> order.put("value", given));
        SELECTORS.forEach((option, member) -> arguments.option(option).ifPresent(text -> order.put(member, text)));
        if (arguments.has("--all")) {
            order.put("all", true);
        } else if (SELECTORS.keySet().stream()
                .noneMatch(option -> arguments.option(option).isPresent())) {
            throw new UsageException("which mail: --domain, --site, --account, --tag, --source, --message or --all");
        }
        order.put(
                "reason",
                arguments
                        .option("--reason")
                        .orElseThrow(() -> new UsageException(name + " needs --reason TEXT, for the record")));
        arguments.option("--for").ifPresent(lasting -> order.put("lasting", lasting));
        var given = client.post("/v1/orders", order);
        if (arguments.json()) {
            console.print(given);
        } else {
            console.say(given.path("id").asText() + ": " + said(given));
        }
        return 0;
    }

    private static String said(JsonNode order) {
        var value = order.path("value").asText("");
        var until = order.path("until").asText("");
        return order.path("action").asText()
                + (value.isEmpty() ? "" : " " + value)
                + " of " + OrdersCommand.selector(order)
                + (until.isEmpty() ? ", until it is withdrawn" : " until " + until);
    }
}
