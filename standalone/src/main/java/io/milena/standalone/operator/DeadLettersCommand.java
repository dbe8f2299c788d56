package io.milena.standalone.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** {@code dead-letters}: records that no service could handle. */
final class DeadLettersCommand implements ServiceCommand {
    private static final String PATH = "/v1/dead-letters";

    @Override
    public String name() {
        return "dead-letters";
    }

    @Override
    public String usage() {
        return """
                dead-letters [list] [--topic TOPIC] [--matching TEXT] [--limit N] [--after NEXT]
                dead-letters show ID [--raw]
                dead-letters replay ID… | --topic TOPIC | --matching TEXT
                dead-letters discard ID… | --topic TOPIC | --matching TEXT  --reason TEXT""";
    }

    @Override
    public Set<String> flags() {
        return Set.of("--raw");
    }

    @Override
    public Set<String> options() {
        return Set.of("--topic", "--matching", "--limit", "--after", "--reason");
    }

    @Override
    public int run(Arguments arguments, Client client, Console console) {
        var verb = arguments.verb().orElse("list");
        return switch (verb) {
            case "list" -> list(arguments, client, console);
            case "show" -> show(arguments, client, console);
            case "replay" -> {
                arguments.allowOnly("replay", "--topic", "--matching", "--limit");
                yield deal(
                        arguments,
                        console,
                        "replayed",
                        id -> client.post(PATH + "/" + id + "/replay"),
                        filter -> client.post(Client.path(PATH + "/replay", filter)));
            }
            case "discard" -> {
                arguments.allowOnly("discard", "--topic", "--matching", "--limit", "--reason");
                var why = Map.of(
                        "reason",
                        arguments
                                .option("--reason")
                                .orElseThrow(() -> new UsageException("discard needs --reason TEXT, for the record")));
                yield deal(
                        arguments,
                        console,
                        "discarded",
                        id -> client.post(PATH + "/" + id + "/discard", why),
                        filter -> client.post(Client.path(PATH + "/discard", filter), why));
            }
            default ->
                throw new UsageException(
                        verb + " is nothing that dead-letters does (expected: list, show, replay or discard)");
        };
    }

    private static int list(Arguments arguments, Client client, Console console) {
        arguments.allowOnly("list", "--topic", "--matching", "--limit", "--after");
        if (!arguments.objects().isEmpty()) {
            throw new UsageException("list takes no " + arguments.objects().getFirst());
        }
        var parameters = filter(arguments);
        arguments.option("--after").ifPresent(after -> parameters.put("after", after));
        var page = client.get(Client.path(PATH, parameters));
        if (arguments.json()) {
            console.print(page);
            return 0;
        }
        var now = console.clock().instant();
        var table = new Table("ID", ">AGE", "TOPIC", ">SIZE", "MAIL", "FROM", ">TO", "REASON");
        for (var letter : page.path("items")) {
            var envelope = letter.path("envelope");
            table.row(
                    letter.path("id").asText(),
                    Figures.age(Instant.parse(letter.path("time").asText()), now),
                    letter.path("topic").asText(""),
                    Figures.size(letter.path("size").asLong()),
                    envelope.path("id").asText(""),
                    envelope.isMissingNode()
                            ? ""
                            : "<" + envelope.path("reversePath").asText() + ">",
                    envelope.path("recipients").asText(""),
                    letter.path("reason").asText());
        }
        if (table.isEmpty()) {
            console.say(page.has("next") ? "None so far." : "There are no dead letters.");
        } else {
            console.print(table);
        }
        if (page.has("next")) {
            console.say("There may be more: --after " + page.path("next").asText());
        }
        return 0;
    }

    private static int show(Arguments arguments, Client client, Console console) {
        arguments.allowOnly("show", "--raw");
        if (arguments.objects().size() != 1) {
            throw new UsageException("show needs the id of one letter");
        }
        var path = PATH + "/" + Client.escaped(arguments.objects().getFirst());
        if (arguments.has("--raw")) {
            try {
                console.out().write(client.octets(path + "?raw=true"));
                return 0;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        var letter = client.get(path);
        if (arguments.json()) {
            console.print(letter);
            return 0;
        }
        LetterText.print(letter, console);
        return 0;
    }

    private static int deal(
            Arguments arguments,
            Console console,
            String done,
            Consumer<String> one,
            Function<Map<String, String>, JsonNode> several) {
        var ids = arguments.objects();
        boolean filtered = arguments
                .option("--topic")
                .or(() -> arguments.option("--matching"))
                .isPresent();
        if (ids.isEmpty() != filtered) {
            throw new UsageException("which letters: their ids, or --topic TOPIC and --matching TEXT");
        }
        var result = filtered ? several.apply(filter(arguments)) : each(ids, one);
        if (arguments.json()) {
            console.print(result);
        } else {
            result.path("done").forEach(id -> console.say(id.asText() + " is " + done));
            if (result.path("more").asBoolean()) {
                console.say("There are more: once again, for those.");
            }
            if (filtered && result.path("done").isEmpty() && result.path("left").isEmpty()) {
                console.say("There are no such dead letters.");
            }
        }
        result.path("left")
                .forEach(left -> console.complain(
                        left.path("id").asText() + ": " + left.path("why").asText()));
        return result.path("left").isEmpty() ? 0 : 1;
    }

    /** One after the other, as the server would tell of several. */
    private static JsonNode each(List<String> ids, Consumer<String> one) {
        var done = new ArrayList<String>();
        var left = new ArrayNode(JsonNodeFactory.instance);
        for (var id : ids) {
            try {
                one.accept(Client.escaped(id));
                done.add(id);
            } catch (RefusedException e) {
                left.addObject().put("id", id).put("why", e.getMessage());
            }
        }
        var result = JsonNodeFactory.instance.objectNode();
        done.forEach(result.putArray("done")::add);
        result.set("left", left);
        return result.put("more", false);
    }

    private static Map<String, String> filter(Arguments arguments) {
        var filter = new HashMap<String, String>();
        arguments.option("--topic").ifPresent(topic -> filter.put("topic", topic));
        arguments.option("--matching").ifPresent(text -> filter.put("reason", text));
        arguments.option("--limit").ifPresent(limit -> filter.put("limit", limit));
        return filter;
    }
}
