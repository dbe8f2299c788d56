package io.milena.standalone.operator;

import java.util.Map;
import java.util.Set;

/** {@code shaping explain DOMAIN}: what holds for a destination, and which line of which file says so. */
final class ShapingCommand implements ServiceCommand {
    @Override
    public String name() {
        return "shaping";
    }

    @Override
    public String usage() {
        return "shaping explain DOMAIN [--source SOURCE]";
    }

    @Override
    public Set<String> options() {
        return Set.of("--source");
    }

    @Override
    public int run(Arguments arguments, Client client, Console console) {
        if (!arguments.verb().filter("explain"::equals).isPresent()
                || arguments.objects().size() != 1) {
            throw new UsageException("shaping explains one domain");
        }
        var explanation = client.get(Client.path(
                "/v1/shaping/" + Client.escaped(arguments.objects().getFirst()),
                arguments
                        .option("--source")
                        .map(source -> Map.of("source", source))
                        .orElse(Map.of())));
        if (arguments.json()) {
            console.print(explanation);
            return 0;
        }
        console.say(explanation.path("domain").asText() + " goes to the site "
                + explanation.path("site").asText()
                + (explanation.path("shared").asBoolean() ? ", which other domains may share" : ", which is its own"));
        explanation.path("exchangers").forEach(host -> console.say("  MX " + host.asText()));
        var table = new Table("LIMIT", "VALUE", "SAID BY");
        explanation
                .path("limits")
                .forEach(limit -> table.row(
                        limit.path("key").asText(),
                        limit.path("value").asText(),
                        limit.path("file").asText() + ":" + limit.path("line").asText()));
        console.print(table);
        explanation
                .path("orders")
                .forEach(order -> console.say("ordered: " + order.path("action").asText() + " "
                        + order.path("value").asText("") + " of " + OrdersCommand.selector(order) + " by "
                        + order.path("by").asText() + ": "
                        + order.path("reason").asText()));
        return 0;
    }
}
