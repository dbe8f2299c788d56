package io.milena.standalone.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code status}: which process of the platform is up, and of those that are not, why. The exit code is 1 if any is not. */
final class StatusCommand implements Command {
    @Override
    public String name() {
        return "status";
    }

    @Override
    public String usage() {
        return "status";
    }

    @Override
    public int run(Arguments arguments, Map<String, String> environment, Console console) {
        if (!arguments.words().isEmpty()) {
            throw new UsageException("status is of the whole platform");
        }
        var parts = new TreeMap<String, JsonNode>();
        Endpoint.parts(arguments, environment).forEach((name, endpoint) -> {
            try (var client = new Client(endpoint)) {
                parts.put(name, health(client));
            }
        });
        if (arguments.json()) {
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
