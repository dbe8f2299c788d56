package io.milena.standalone.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.stream.Stream;

/** Prints one message for a person. */
final class MessageText {
    private MessageText() {}

    static void print(JsonNode message, Console console) {
        var now = console.clock().instant();
        console.field("id", message.path("id").asText());
        var accepted = Instant.parse(message.path("acceptedAt").asText());
        console.field(
                "accepted", Figures.time(message.path("acceptedAt")) + " (" + Figures.age(accepted, now) + " ago)");
        if (message.has("envelope")) {
            printEnvelope(message.path("envelope"), console);
        }
        console.out().println();
        printRecipients(message.path("recipients"), now, console);
        printWaiting(message.path("waiting"), now, console);
        printHistory(message.path("history"), console);
        if (message.has("headers")) {
            console.out().println();
            printHeaders(message, console);
            console.say("(The body is not shown.)");
        } else {
            console.out().println();
            console.say("No topic keeps a record of it any more: this is what its outcomes tell.");
        }
        if (!message.path("complete").asBoolean()) {
            console.complain("the search was cut short: there may be more, and newer, than this");
        }
    }

    /** Prints the state of each recipient, and every outcome. */
    static void printOutcome(JsonNode message, Console console) {
        printRecipients(message.path("recipients"), console.clock().instant(), console);
        printHistory(message.path("history"), console);
    }

    private static void printEnvelope(JsonNode envelope, Console console) {
        optional(console, "account", envelope.path("account"));
        console.field("from", "<" + envelope.path("reversePath").asText() + ">");
        console.field("size", Figures.size(envelope.path("size").asLong()));
        console.field(
                "priority",
                envelope.path("priority").asText() + " ("
                        + envelope.path("priorityClass").asText() + ")");
        console.field("expires", Figures.time(envelope.path("expiresAt")));
        if (envelope.has("releaseAt")) {
            console.field("not before", Figures.time(envelope.path("releaseAt")));
        }
        if (envelope.has("deliverBy")) {
            console.field(
                    "deliver by",
                    Figures.time(envelope.path("deliverBy")) + ", else "
                            + envelope.path("deliverByMode").asText());
        }
        optional(console, "tag", envelope.path("tag"));
        optional(console, "domain", envelope.path("fromDomain"));
        if (envelope.has("signedBy")) {
            console.field("signed by", signers(envelope.path("signedBy")));
        }
        optional(console, "ENVID", envelope.path("envelopeId"));
        optional(console, "RET", envelope.path("ret"));
        var marks = Stream.of("requireTls", "tlsOptional", "smtpUtf8", "eightBit")
                .filter(name -> envelope.path(name).asBoolean())
                .toList();
        if (!marks.isEmpty()) {
            console.field("also", String.join(", ", marks));
        }
    }

    private static void optional(Console console, String name, JsonNode value) {
        if (!value.asText("").isEmpty()) {
            console.field(name, value.asText());
        }
    }

    private static void printRecipients(JsonNode recipients, Instant now, Console console) {
        var table = new Table("RECIPIENT", "STATE", ">ATTEMPTS", ">NEXT", "WHERE");
        for (var recipient : recipients) {
            table.row(
                    recipient.path("recipient").asText(),
                    recipient.path("state").asText(),
                    recipient.path("attempts").asText(""),
                    Figures.left(recipient.path("due"), now),
                    recipient.path("where").asText(""));
        }
        if (!table.isEmpty()) {
            console.print(table);
        }
    }

    /** Prints what the table of recipients leaves out: dead letters with their reasons, and reports. */
    private static void printWaiting(JsonNode waiting, Instant now, Console console) {
        for (var place : waiting) {
            var since = "for " + Figures.age(Instant.parse(place.path("since").asText()), now);
            if (place.has("letter")) {
                console.say("It waits for an operator " + since + " as dead letter "
                        + place.path("letter").asText() + ": "
                        + place.path("reason").asText());
            } else if (place.path("topic").asText().equals("mail.failed")) {
                console.say("A report to its sender waits in mail.failed " + since + ".");
            }
        }
    }

    private static String signers(JsonNode domains) {
        var names = new ArrayList<String>();
        domains.forEach(domain -> names.add(domain.asText()));
        return names.isEmpty() ? "nobody: there is no key for it" : String.join(", ", names);
    }

    private static void printHistory(JsonNode history, Console console) {
        console.out().println();
        var table = new Table(
                "TIME", "RECIPIENT", "OUTCOME", ">ATTEMPT", "STATUS", "HOST", "ADDRESS", "TLS", "SOURCE", "REPLY");
        for (var outcome : history) {
            table.row(
                    Figures.time(outcome.path("at")),
                    outcome.path("recipient").asText(),
                    outcome.path("type").asText() + (outcome.path("inDoubt").asBoolean() ? " (in doubt)" : ""),
                    outcome.path("attempt").asText(),
                    outcome.path("status").asText(),
                    outcome.path("remoteMta").asText(""),
                    outcome.path("remoteAddress").asText(""),
                    tls(outcome),
                    outcome.path("source").asText(""),
                    outcome.path("reply").asText(""));
        }
        if (table.isEmpty()) {
            console.say("It has not been tried.");
        } else {
            console.print(table);
        }
    }

    /** The TLS protocol without its cipher, the policy that applied, and the failure if there was one. */
    private static String tls(JsonNode outcome) {
        var parts = new ArrayList<String>();
        parts.add(outcome.path("tls").asText("").split(" ")[0]);
        parts.add(outcome.path("tlsPolicy").asText(""));
        parts.add(outcome.path("tlsFailure").asText(""));
        parts.removeIf(String::isEmpty);
        return String.join(" ", parts);
    }

    static void printHeaders(JsonNode message, Console console) {
        message.path("headers").asText().lines().filter(line -> !line.isEmpty()).forEach(console::say);
        if (message.path("headersTruncated").asBoolean()) {
            console.say("(The rest is not shown.)");
        }
    }
}
