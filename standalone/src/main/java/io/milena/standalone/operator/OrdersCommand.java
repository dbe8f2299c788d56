package io.milena.standalone.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** {@code orders}: the orders that hold now, of operators and of rules. */
@CommandLine.Command(
        name = "orders",
        description = "List the orders that hold, of operators and of rules, or withdraw some.",
        subcommands = {OrdersCommand.ListThem.class, OrdersCommand.Withdraw.class})
final class OrdersCommand extends ServiceCommand {
    private static final String PATH = "/v1/orders";

    @Override
    int run(Client client, Console console) {
        return list(platform, client, console);
    }

    @CommandLine.Command(name = "list", description = "List the orders that hold.")
    static final class ListThem extends ServiceCommand {
        @Override
        int run(Client client, Console console) {
            return list(platform, client, console);
        }
    }

    @CommandLine.Command(name = "withdraw", description = "Withdraw orders.")
    static final class Withdraw extends ServiceCommand {
        @Parameters(paramLabel = "ID", arity = "1..*", description = "Their ids, as orders lists them.")
        private List<String> ids = List.of();

        @Override
        int run(Client client, Console console) {
            int code = 0;
            for (var id : ids) {
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

    private static int list(PlatformOptions platform, Client client, Console console) {
        var orders = client.get(PATH);
        if (platform.json) {
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

    /** Time until an order ends. */
    static String left(JsonNode order, Instant now) {
        return Figures.left(order.path("until"), now);
    }

    /** The mail that an order is about. */
    static String selector(JsonNode order) {
        var parts = new ArrayList<String>();
        order.path("selector").properties().stream()
                .filter(entry -> entry.getValue().isTextual())
                .forEach(entry ->
                        parts.add(entry.getKey() + "=" + entry.getValue().asText()));
        return parts.isEmpty() ? "all mail" : String.join(" ", parts);
    }
}
