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
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dead-letters}: records that no service could handle. */
@CommandLine.Command(
        name = "dead-letters",
        description = "List, show, replay or discard records that no service could handle.",
        subcommands = {
            DeadLettersCommand.ListThem.class,
            DeadLettersCommand.Show.class,
            DeadLettersCommand.Replay.class,
            DeadLettersCommand.Discard.class
        })
final class DeadLettersCommand extends ServiceCommand {
    private static final String PATH = "/v1/dead-letters";

    @Mixin
    private Listing listing = new Listing();

    @Override
    int run(Client client, Console console) {
        return list(listing, platform, client, console);
    }

    /** A picocli mixin: the filter of letters. */
    static final class Filter {
        @Option(names = "--topic", paramLabel = "TOPIC", description = "Letters that were read from this topic.")
        private Optional<String> topic = Optional.empty();

        @Option(names = "--matching", paramLabel = "TEXT", description = "Letters with this text in their reason.")
        private Optional<String> matching = Optional.empty();

        @Option(names = "--limit", paramLabel = "N", description = "At most this many.")
        private Optional<String> limit = Optional.empty();

        private Map<String, String> parameters() {
            var parameters = new HashMap<String, String>();
            topic.ifPresent(value -> parameters.put("topic", value));
            matching.ifPresent(value -> parameters.put("reason", value));
            limit.ifPresent(value -> parameters.put("limit", value));
            return parameters;
        }
    }

    /** A picocli mixin: a page of letters. */
    static final class Listing {
        @Mixin
        private Filter filter = new Filter();

        @Option(names = "--after", paramLabel = "NEXT", description = "The page that follows, as the last one said.")
        private Optional<String> after = Optional.empty();
    }

    /** A picocli mixin: letters by their ids, or all that a filter selects. */
    static final class Letters {
        @Parameters(paramLabel = "ID", arity = "0..*", description = "Their ids, as list shows them.")
        private List<String> ids = new ArrayList<>();

        @Mixin
        private Filter filter = new Filter();

        private boolean filtered() {
            boolean filtered = filter.topic.isPresent() || filter.matching.isPresent();
            if (ids.isEmpty() != filtered) {
                throw new UsageException("which letters: their ids, or --topic TOPIC and --matching TEXT");
            }
            return filtered;
        }
    }

    @CommandLine.Command(name = "list", description = "List dead letters.")
    static final class ListThem extends ServiceCommand {
        @Mixin
        private Listing listing = new Listing();

        @Override
        int run(Client client, Console console) {
            return list(listing, platform, client, console);
        }
    }

    @CommandLine.Command(name = "show", description = "Show one dead letter.")
    static final class Show extends ServiceCommand {
        @Parameters(paramLabel = "ID", description = "Its id, as list shows it.")
        private String id = "";

        @Option(names = "--raw", description = "Write the record itself, octet by octet.")
        private boolean raw;

        @Override
        int run(Client client, Console console) {
            var path = PATH + "/" + Client.escaped(id);
            if (raw) {
                try {
                    console.out().write(client.octets(path + "?raw=true"));
                    return 0;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            var letter = client.get(path);
            if (platform.json) {
                console.print(letter);
            } else {
                LetterText.print(letter, console);
            }
            return 0;
        }
    }

    @CommandLine.Command(name = "replay", description = "Put dead letters back on the topic that they were read from.")
    static final class Replay extends ServiceCommand {
        @Mixin
        private Letters letters = new Letters();

        @Override
        int run(Client client, Console console) {
            return deal(
                    letters,
                    platform,
                    console,
                    "replayed",
                    id -> client.post(PATH + "/" + id + "/replay"),
                    filter -> client.post(Client.path(PATH + "/replay", filter)));
        }
    }

    @CommandLine.Command(name = "discard", description = "Discard dead letters.")
    static final class Discard extends ServiceCommand {
        @Mixin
        private Letters letters = new Letters();

        @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for the record.")
        private String reason = "";

        @Override
        int run(Client client, Console console) {
            var why = Map.of("reason", reason);
            return deal(
                    letters,
                    platform,
                    console,
                    "discarded",
                    id -> client.post(PATH + "/" + id + "/discard", why),
                    filter -> client.post(Client.path(PATH + "/discard", filter), why));
        }
    }

    private static int list(Listing listing, PlatformOptions platform, Client client, Console console) {
        var parameters = listing.filter.parameters();
        listing.after.ifPresent(after -> parameters.put("after", after));
        var page = client.get(Client.path(PATH, parameters));
        if (platform.json) {
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

    private static int deal(
            Letters letters,
            PlatformOptions platform,
            Console console,
            String done,
            Consumer<String> one,
            Function<Map<String, String>, JsonNode> several) {
        boolean filtered = letters.filtered();
        var result = filtered ? several.apply(letters.filter.parameters()) : each(letters.ids, one);
        if (platform.json) {
            console.print(result);
        } else {
            result.path("done").forEach(id -> console.say(id.asText() + " is " + done));
            if (result.path("more").asBoolean()) {
                console.say("There are more: run it again for those.");
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

    /** Handles the letters one after another, and reports on them as the server does for several. */
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
}
