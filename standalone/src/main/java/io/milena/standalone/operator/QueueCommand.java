package io.milena.standalone.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code queue}: the mail that waits for each site, the pace of the site, and the reason if it does not move; with
 * {@code --watch} repeatedly. With {@code --by} the mail that waits for each domain or account, deferred mail included.
 */
@CommandLine.Command(
        name = "queue",
        description = "Show the mail that waits for each site, its pace, and why it does not move.")
final class QueueCommand extends ServiceCommand {
    private static final Duration AGAIN = Duration.ofSeconds(2);
    private static final String CLEAR = "\u001b[H\u001b[2J";

    @Parameters(
            paramLabel = "TEXT",
            arity = "0..1",
            description = "Only sites, domains or accounts with this text in their names.")
    private Optional<String> text = Optional.empty();

    @Option(names = "--watch", description = "Show it again every two seconds.")
    private boolean watch;

    @Option(
            names = "--by",
            paramLabel = "domain|account",
            description = "Count all waiting mail by domain or by account, deferred mail included.")
    private Optional<String> by = Optional.empty();

    @Override
    int run(Client client, Console console) {
        var parameters = new HashMap<String, String>();
        text.ifPresent(part -> parameters.put("matching", part));
        if (by.isPresent()) {
            if (watch) {
                throw new UsageException("--watch cannot be used with --by, which reads all waiting mail");
            }
            parameters.put("by", by.get());
            showWaiting(client.get(Client.path("/v1/queues/waiting", parameters)), by.get(), console);
            return 0;
        }
        var path = Client.path("/v1/queues", parameters);
        if (!watch) {
            show(client.get(path), console);
            return 0;
        }
        try {
            while (!console.out().checkError()) {
                var queues = client.get(path);
                if (!platform.json) {
                    console.out().print(CLEAR);
                }
                show(queues, console);
                Thread.sleep(AGAIN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private void show(JsonNode queues, Console console) {
        if (platform.json) {
            console.print(queues);
            return;
        }
        var now = console.clock().instant();
        console.say("Queued in all: %s, at %s; read and waiting here:"
                .formatted(queued(queues), Figures.count(queues.path("replicas").size(), "replica")));
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
        for (var order : queues.path("suspended")) {
            var selector = order.path("selector");
            table.row(
                    selector.path("site").asText(selector.path("domain").asText()),
                    selector.path("source").asText(""),
                    "-",
                    "",
                    "-",
                    "-",
                    ordered(order, now) + "; its mail waits in delay topics",
                    "");
        }
        if (!table.isEmpty()) {
            console.print(table);
        }
        int orders = queues.path("orders").asInt();
        if (orders > 0) {
            console.say(orders + (orders == 1 ? " order holds" : " orders hold") + ": ./milena orders");
        }
    }

    private void showWaiting(JsonNode waiting, String name, Console console) {
        if (platform.json) {
            console.print(waiting);
            return;
        }
        var now = console.clock().instant();
        if (!waiting.path("complete").asBoolean()) {
            console.say("The time limit of the search was reached: these counts are lower bounds.");
        }
        console.say("Waiting: " + Figures.count(waiting.path("messages").asLong(), "message"));
        var table = new Table(
                name.toUpperCase(Locale.ROOT), ">MESSAGES", ">SIZE", ">OLDEST", ">DEFERRED", ">SCHEDULED", ">NEXT TRY");
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

    /** The state of a queue; an order comes before past events. */
    private static String state(JsonNode queue, Instant now) {
        var order = Optional.ofNullable(
                queue.path("orders").get(queue.path("orders").size() - 1));
        if (order.isPresent()) {
            return ordered(order.get(), now);
        }
        var state = queue.path("state");
        return state.path("restsUntil").isTextual()
                ? "rests for "
                        + Figures.left(state.path("restsUntil"), now)
                        + ": " + state.path("restsWhy").asText()
                : "";
    }

    private static String ordered(JsonNode order, Instant now) {
        var left = OrdersCommand.left(order, now);
        return order.path("action").asText()
                + part(order)
                + (left.isEmpty() ? "" : " for " + left)
                + " (" + order.path("by").asText() + ": " + order.path("reason").asText() + ")";
    }

    /** Number of queued messages: counted if they are few, else an upper bound, since transaction markers count too. */
    static String queued(JsonNode queues) {
        var count = Figures.count(queues.path("queued").asLong(), "message");
        return queues.path("exact").asBoolean() ? count : "at most " + count;
    }

    /** The part of the queue that an order is about; empty if it is all of it. */
    private static String part(JsonNode order) {
        return Stream.of("account", "tag", "message")
                .filter(name -> order.path("selector").path(name).isTextual())
                .map(name ->
                        " of " + name + "=" + order.path("selector").path(name).asText())
                .collect(Collectors.joining());
    }
}
