package io.milena.standalone.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code queue}: what waits for which site, at which pace, and why it does not go; with {@code --watch} again and again. With {@code --by} what waits for each
 * domain or account, deferred mail too.
 */
final class QueueCommand implements ServiceCommand {
    private static final Duration AGAIN = Duration.ofSeconds(2);
    private static final String CLEAR = "\u001b[H\u001b[2J";

    @Override
    public String name() {
        return "queue";
    }

    @Override
    public String usage() {
        return "queue [TEXT] [--watch|--by domain|account]";
    }

    @Override
    public Set<String> flags() {
        return Set.of("--watch");
    }

    @Override
    public Set<String> options() {
        return Set.of("--by");
    }

    @Override
    public int run(Arguments arguments, Client client, Console console) {
        if (arguments.words().size() > 1) {
            throw new UsageException(
                    "one text at most, which the names of sites, domains or accounts are to have in them");
        }
        var parameters = new HashMap<String, String>();
        arguments.verb().ifPresent(text -> parameters.put("matching", text));
        var by = arguments.option("--by");
        if (by.isPresent()) {
            arguments.allowOnly("queue --by", "--by");
            parameters.put("by", by.get());
            showWaiting(client.get(Client.path("/v1/queues/waiting", parameters)), by.get(), arguments, console);
            return 0;
        }
        var path = Client.path("/v1/queues", parameters);
        if (!arguments.has("--watch")) {
            show(client.get(path), arguments, console);
            return 0;
        }
        try {
            while (!console.out().checkError()) {
                var queues = client.get(path);
                if (!arguments.json()) {
                    console.out().print(CLEAR);
                }
                show(queues, arguments, console);
                Thread.sleep(AGAIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private static void show(JsonNode queues, Arguments arguments, Console console) {
        if (arguments.json()) {
            console.print(queues);
            return;
        }
        var now = console.clock().instant();
        // Kafka's transaction markers count with what is not read yet.
        console.say("Queued in all: at most %s, at %s; read and waiting here:"
                .formatted(
                        Figures.count(queues.path("queued").asLong(), "message"),
                        Figures.count(queues.path("replicas").size(), "replica")));
        var table = new Table("SITE", "SOURCE", ">WAITING", ">OLDEST", ">MSG/S", ">CONN", "STATE", "LAST REPLY");
        for (var queue : queues.path("queues")) {
            var state = queue.path("state");
            table.row(
                    state.path("site").asText(),
                    state.path("source").asText(""),
                    state.path("waiting").asText(),
                    age(state, now),
                    state.path("perSecond").asText(),
                    state.path("connections").asText() + "/"
                            + state.path("allowed").asText(),
                    state(queue, now),
                    state.path("lastReply").asText(""));
        }
        if (!table.isEmpty()) {
            console.print(table);
        }
        int orders = queues.path("orders").asInt();
        if (orders > 0) {
            console.say(orders + (orders == 1 ? " order holds" : " orders hold") + ": ./milena orders");
        }
    }

    private static void showWaiting(JsonNode waiting, String by, Arguments arguments, Console console) {
        if (arguments.json()) {
            console.print(waiting);
            return;
        }
        var now = console.clock().instant();
        if (!waiting.path("complete").asBoolean()) {
            console.say("In the time that such a look may take not all was looked through: at least this waits.");
        }
        console.say("Waiting: " + Figures.count(waiting.path("messages").asLong(), "message"));
        var table = new Table(
                by.toUpperCase(Locale.ROOT), ">MESSAGES", ">SIZE", ">OLDEST", ">DEFERRED", ">SCHEDULED", ">NEXT TRY");
        for (var item : waiting.path("items")) {
            table.row(
                    item.path("name").asText(),
                    item.path("messages").asText(),
                    Figures.size(item.path("octets").asLong()),
                    age(item, now),
                    item.path("deferred").asText(),
                    item.path("scheduled").asText(),
                    Figures.left(item.path("next"), now));
        }
        if (!table.isEmpty()) {
            console.print(table);
        }
        int left = waiting.path("names").asInt() - waiting.path("items").size();
        if (left > 0) {
            console.say("and %d more".formatted(left));
        }
    }

    private static String age(JsonNode state, Instant now) {
        return state.path("oldest").isTextual()
                ? Figures.age(Instant.parse(state.path("oldest").asText()), now)
                : "";
    }

    /** Orders go before what happened. */
    private static String state(JsonNode queue, Instant now) {
        var order = Optional.ofNullable(
                queue.path("orders").get(queue.path("orders").size() - 1));
        if (order.isPresent()) {
            var left = OrdersCommand.left(order.get(), now);
            return order.get().path("action").asText()
                    + part(order.get())
                    + (left.isEmpty() ? "" : " for " + left)
                    + " (" + order.get().path("by").asText() + ": "
                    + order.get().path("reason").asText() + ")";
        }
        var state = queue.path("state");
        return state.path("restsUntil").isTextual()
                ? "rests for "
                        + Figures.left(state.path("restsUntil"), now)
                        + ": " + state.path("restsWhy").asText()
                : "";
    }

    /** What of the queue an order is about, if it is not all of it. */
    private static String part(JsonNode order) {
        return Stream.of("account", "tag", "message")
                .filter(name -> order.path("selector").path(name).isTextual())
                .map(name ->
                        " of " + name + "=" + order.path("selector").path(name).asText())
                .collect(Collectors.joining());
    }
}
