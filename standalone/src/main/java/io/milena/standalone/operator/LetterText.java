package io.milena.standalone.operator;

import com.fasterxml.jackson.databind.JsonNode;

/** Prints a whole dead letter for a person. */
final class LetterText {
    private LetterText() {}

    static void print(JsonNode letter, Console console) {
        console.field("id", letter.path("id").asText());
        console.field("put aside", letter.path("time").asText());
        console.field(
                "read at",
                letter.has("topic")
                        ? letter.path("topic").asText() + "-"
                                + letter.path("partition").asText() + "@"
                                + letter.path("offset").asText()
                        : "unknown");
        console.field("reason", letter.path("reason").asText());
        console.field("size", letter.path("size").asText() + (letter.has("cutFrom") ? " (not kept whole here)" : ""));
        console.field("key", letter.path("key").asText("none"));
        if (letter.has("dealtWith")) {
            var mark = letter.path("dealtWith");
            console.field(
                    mark.path("action").asText(),
                    "by " + mark.path("by").asText() + " at " + mark.path("at").asText()
                            + (mark.has("reason") ? ": " + mark.path("reason").asText() : ""));
        }
        for (var header : letter.path("headers")) {
            console.field(
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
}
