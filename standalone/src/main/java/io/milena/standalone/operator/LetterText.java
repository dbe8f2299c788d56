package io.milena.standalone.operator;

import com.fasterxml.jackson.databind.JsonNode;

/** One dead letter, whole, for a person. */
final class LetterText {
    private LetterText() {}

    static void print(JsonNode letter, Console console) {
        field(console, "id", letter.path("id").asText());
        field(console, "put aside", letter.path("time").asText());
        field(
                console,
                "read at",
                letter.has("topic")
                        ? letter.path("topic").asText() + "-"
                                + letter.path("partition").asText() + "@"
                                + letter.path("offset").asText()
                        : "unknown");
        field(console, "reason", letter.path("reason").asText());
        field(console, "size", letter.path("size").asText() + (letter.has("cutFrom") ? " (not kept whole here)" : ""));
        field(console, "key", letter.path("key").asText("none"));
        if (letter.has("dealtWith")) {
            var mark = letter.path("dealtWith");
            field(
                    console,
                    mark.path("action").asText(),
                    "by " + mark.path("by").asText() + " at " + mark.path("at").asText()
                            + (mark.has("reason") ? ": " + mark.path("reason").asText() : ""));
        }
        for (var header : letter.path("headers")) {
            field(
                    console,
                    "header " + header.path("name").asText(),
                    header.path("text").asText());
        }
        console.out().println();
        letter.path("text").asText().lines().forEach(console::say);
        if (letter.path("truncated").asBoolean()) {
            console.out().println();
            console.say("It goes on: --raw writes all of it.");
        }
    }

    private static void field(Console console, String name, String value) {
        console.say("%-10s %s".formatted(name, value));
    }
}
