package io.milena.standalone.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** {@code status}: which process of the platform is up, and of those that are not, why. The exit code is 1 if any is not. */
@CommandLine.Command(name = "status", description = "Tell which part of the platform is up, and why another is not.")
final class StatusCommand implements Command {
    @Mixin
    private PlatformOptions platform = new PlatformOptions();

    @Override
    public int run(Console console, Map<String, String> environment) {
        var parts = new TreeMap<String, JsonNode>();
        Endpoint.parts(platform, environment).forEach((name, endpoint) -> {
            try (var client = new Client(endpoint)) {
                parts.put(name, health(client));
            }
        });
        if (platform.json) {
            var all = JsonNodeFactory.instance.objectNode();
            parts.forEach(all::set);
            console.print(all);
        } else {
            console.print(table(parts));
        }
        return parts.values().stream().allMatch(StatusCommand::isUp) ? 0 : 1;
    }

    /** A part that does not answer is down. */
    private static JsonNode health(Client client) {
        try {
            return client.health();
        } catch (RefusedException e) {
            var down = JsonNodeFactory.instance.objectNode().put("status", "DOWN");
            down.putArray("checks").addObject().put("name", e.getMessage()).put("status", "DOWN");
            return down;
        }
    }

    private static Table table(Map<String, JsonNode> parts) {
        var table = new Table("PART", "STATE", "WHY");
        parts.forEach((name, health) -> {
            var reasons = reasons(health);
            table.row(name, health.path("status").asText(), reasons.isEmpty() ? "" : reasons.getFirst());
            reasons.stream().skip(1).forEach(reason -> table.row(" ", " ", reason));
        });
        return table;
    }

    /** Of each check that fails, its data where it says something, else its name. */
    private static List<String> reasons(JsonNode health) {
        var reasons = new ArrayList<String>();
        for (var check : health.path("checks")) {
            if (!isUp(check)) {
                var name = check.path("name").asText();
                if (check.path("data").isEmpty()) {
                    reasons.add(name);
                }
                check.path("data")
                        .properties()
                        .forEach(entry -> reasons.add(name + ": " + entry.getKey() + ": "
                                + entry.getValue().asText()));
            }
        }
        return reasons;
    }

    private static boolean isUp(JsonNode health) {
        return health.path("status").asText().equals("UP");
    }
}
