package io.milena.standalone.operator;

import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code shaping explain DOMAIN}: the limits of a destination, each with the file and line that sets it. */
@CommandLine.Command(
        name = "shaping",
        description = "Explain which limits hold for a domain.",
        subcommands = ShapingCommand.Explain.class)
final class ShapingCommand implements Command {
    @Override
    public int run(Console console, Map<String, String> environment) {
        throw new UsageException("shaping: no action is given (expected: explain DOMAIN)");
    }

    @CommandLine.Command(
            name = "explain",
            description = "Tell the site of a domain, its limits, and which line of which file sets each.")
    static final class Explain extends ServiceCommand {
        @Parameters(paramLabel = "DOMAIN", description = "Such as example.com.")
        private String domain = "";

        @Option(names = "--source", paramLabel = "SOURCE", description = "Limits of mail from this egress source.")
        private Optional<String> source = Optional.empty();

        @Override
        int run(Client client, Console console) {
            var explanation = client.get(Client.path(
                    "/v1/shaping/" + Client.escaped(domain),
                    source.map(name -> Map.of("source", name)).orElse(Map.of())));
            if (platform.json) {
                console.print(explanation);
                return 0;
            }
            console.say(explanation.path("domain").asText() + " goes to the site "
                    + explanation.path("site").asText()
                    + (explanation.path("shared").asBoolean()
                            ? ", which other domains may share"
                            : ", which is its own"));
            if (explanation.has("route")) {
                console.say("  by the route " + explanation.path("route").asText() + ", whatever its MX hosts are");
            }
            explanation.path("exchangers").forEach(host -> console.say("  MX " + host.asText()));
            if (explanation.has("nowhere")) {
                console.say("  no host: " + explanation.path("nowhere").asText());
            }
            var table = new Table("LIMIT", "VALUE", "SAID BY");
            explanation
                    .path("limits")
                    .forEach(limit -> table.row(
                            limit.path("key").asText(),
                            limit.path("value").asText(),
                            limit.path("file").asText() + ":"
                                    + limit.path("line").asText()));
            console.print(table);
            explanation
                    .path("orders")
                    .forEach(order ->
                            console.say("ordered: " + order.path("action").asText() + " "
                                    + order.path("value").asText("") + " of " + OrdersCommand.selector(order) + " by "
                                    + order.path("by").asText() + ": "
                                    + order.path("reason").asText()));
            return 0;
        }
    }
}
