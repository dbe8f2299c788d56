package io.milena.standalone.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.milena.smtp.SafeText;
import java.io.PrintStream;
import java.time.Clock;

/** Where a command writes, and what time it is there. */
record Console(PrintStream out, PrintStream err, Clock clock) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A line that may hold words of strangers. */
    void say(String line) {
        out.println(SafeText.line(line));
    }

    /** One line of several that tell of one thing. */
    void field(String name, String value) {
        say("%-10s %s".formatted(name, value));
    }

    void complain(String line) {
        err.println("milena: " + SafeText.line(line));
    }

    void print(Table table) {
        out.print(table);
    }

    /** For a program. */
    void print(JsonNode json) {
        try {
            out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
