package io.milena.standalone.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * How many messages an order would affect now, as far as the queues tell. Calls the server, which may take ten seconds.
 */
final class Reach {
    private static final Set<String> COUNTED = Set.of("domain", "account");

    private final Client client;
    private final Map<String, Object> selectors;

    Reach(Client client, Map<String, Object> selectors) {
        this.client = client;
        this.selectors = selectors;
    }

    /** A text such as {@code 12 messages}, {@code at most 12 messages}, or the reason why the number is not known. */
    String text() {
        try {
            if (selectors.size() == 1) {
                var only = selectors.keySet().iterator().next();
                if (only.equals("all")) {
                    return count(total(""));
                }
                if (COUNTED.contains(only)) {
                    return named(only);
                }
                if (!only.equals("tag")) {
                    return "at least " + Figures.count(atHand(only), "message");
                }
            }
            return upperBound();
        } catch (RefusedException e) {
            return "an unknown number of messages (" + e.getMessage() + ")";
        }
    }

    /** For several selectors, or one without a count: the smallest known count, as an upper bound. */
    private String upperBound() {
        long least = total("").path("messages").asLong();
        for (var by : selectors.keySet()) {
            if (COUNTED.contains(by)) {
                least = Math.min(least, messages(by, total(by)));
            }
        }
        return "at most " + Figures.count(least, "message");
    }

    private String named(String by) {
        var waiting = total(by);
        return (waiting.path("complete").asBoolean() ? "" : "at least ")
                + Figures.count(messages(by, waiting), "message");
    }

    private static String count(JsonNode waiting) {
        return (waiting.path("complete").asBoolean() ? "" : "at least ")
                + Figures.count(waiting.path("messages").asLong(), "message");
    }

    /** All waiting mail, counted by domain or account; by domain if {@code by} is empty. */
    private JsonNode total(String by) {
        var parameters = new HashMap<String, String>();
        parameters.put("by", by.isEmpty() ? "domain" : by);
        if (!by.isEmpty()) {
            parameters.put("matching", selectors.get(by).toString());
        }
        return client.get(Client.path("/v1/queues/waiting", parameters));
    }

    private long messages(String by, JsonNode waiting) {
        return items(waiting.path("items"))
                .filter(item -> item.path("name")
                        .asText()
                        .equalsIgnoreCase(selectors.get(by).toString()))
                .mapToLong(item -> item.path("messages").asLong())
                .sum();
    }

    /** Messages that the replicas have read for a site or a source, without deferred mail. */
    private long atHand(String member) {
        return items(client.get("/v1/queues").path("queues"))
                .map(queue -> queue.path("state"))
                .filter(state ->
                        state.path(member).asText().equals(selectors.get(member).toString()))
                .mapToLong(state -> state.path("waiting").asLong())
                .sum();
    }

    private static Stream<JsonNode> items(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
