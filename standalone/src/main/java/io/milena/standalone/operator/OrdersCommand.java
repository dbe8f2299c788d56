package io.milena.standalone.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;

/** {@code orders}: what holds now, by operators and by rules; {@code orders withdraw ID…} and, for what is suspended, {@code resume}. */
final class OrdersCommand implements ServiceCommand {
    private static final String PATH = "/v1/orders";

    @Override
    public String name() {
        return "orders";
    }

    @Override
    public String usage() {
        return """
                orders [list]
                orders withdraw ID…""";
    }

    @Override
    public int run(Arguments arguments, Client client, Console console) {
        return switch (arguments.verb().orElse("list")) {
            case "list" -> list(arguments, client, console);
            case "withdraw" -> withdraw(arguments, client, console);
            default ->
                throw new UsageException(
                        arguments.verb().orElse("") + " is nothing that orders does (expected: list or withdraw)");
        };
    }

    private static int list(Arguments arguments, Client client, Console console) {
        var orders = client.get(PATH);
        if (arguments.json()) {
            console.print(orders);
            return 0;
        }
        var now = console.clock().instant();
        var table = new Table("ID", "WHAT", "OF", ">SINCE", ">FOR", "BY", "REASON");
        for (var order : orders.path("items")) {
            table.row(
                    order.path("id").asText(),
                    (order.path("action").asText() + " " + order.path("value").asText("")).strip(),
                    selector(order),
                    Figures.age(Instant.parse(order.path("from").asText()), now),
                    left(order, now),
                    order.path("by").asText(),
                    order.path("reason").asText());
        }
        if (table.isEmpty()) {
            console.say("There are no orders.");
        } else {
            console.print(table);
        }
        return 0;
    }

    /** How long it holds yet. */
    static String left(JsonNode order, Instant now) {
        return Figures.left(order.path("until"), now);
    }

    /** Which mail it is about. */
    static String selector(JsonNode order) {
        var parts = new ArrayList<String>();
        order.path("selector").properties().stream()
                .filter(entry -> entry.getValue().isTextual())
                .forEach(entry ->
                        parts.add(entry.getKey() + "=" + entry.getValue().asText()));
        return parts.isEmpty() ? "all mail" : String.join(" ", parts);
    }

    private static int withdraw(Arguments arguments, Client client, Console console) {
        if (arguments.objects().isEmpty()) {
            throw new UsageException("which orders: their ids");
        }
        int code = 0;
        for (var id : arguments.objects()) {
            try {
                client.delete(PATH + "/" + Client.escaped(id));
                console.say(id + " is withdrawn");
            } catch (RefusedException e) {
                console.complain(id + ": " + e.getMessage());
                code = 1;
            }
        }
        return code;
    }
}
