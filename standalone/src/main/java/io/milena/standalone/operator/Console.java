package io.milena.standalone.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.milena.smtp.SafeText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;

/**
 * The streams, clock and person that a command works with. Strangers' words are made safe for a terminal.
 *
 * @param person answers of the person at the terminal; empty if a program runs the command
 */
public record Console(PrintStream out, PrintStream err, Clock clock, Optional<BufferedReader> person) {
    /** The console of this process. */
    public static Console ofProcess() {
        var terminal = System.console();
        return new Console(
                System.out,
                System.err,
                Clock.systemUTC(),
                terminal != null && terminal.isTerminal()
                        ? Optional.of(new BufferedReader(terminal.reader()))
                        : Optional.empty());
    }

    /** Prints a line that may hold words of strangers. */
    public void say(String line) {
        out.println(SafeText.line(line));
    }

    /** Prints a name and its value, as one of several lines about one thing. */
    void field(String name, String value) {
        say("%-10s %s".formatted(name, value));
    }

    /** Prints an error on standard error. */
    public void complain(String line) {
        err.println("milena: " + SafeText.line(line));
    }

    void print(Table table) {
        out.print(table);
    }

    /** Prints JSON for a program. */
    void print(JsonNode json) {
        try {
            out.println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Asks the person, who must exist; any answer but yes means no. */
    boolean confirms(String question) {
        err.print("milena: " + SafeText.line(question) + " [y/N] ");
        err.flush();
        try {
            var answer = person.orElseThrow().readLine();
            return answer != null
                    && (answer.strip().toLowerCase(Locale.ROOT).equals("y")
                            || answer.strip().toLowerCase(Locale.ROOT).equals("yes"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Loaded only when JSON is written, so that other commands start sooner. */
    private static final class Json {
        static final ObjectMapper MAPPER = new ObjectMapper();
    }
}
