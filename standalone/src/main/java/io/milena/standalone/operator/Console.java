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
 * Where a command writes, what time it is there, and who can be asked. Words of strangers are made safe for a terminal.
 *
 * @param person answers of the person at the terminal; empty where a program runs the command
 */
public record Console(PrintStream out, PrintStream err, Clock clock, Optional<BufferedReader> person) {
    /** Of this process. */
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

    /** One line of several that tell of one thing. */
    void field(String name, String value) {
        say("%-10s %s".formatted(name, value));
    }

    /** Says on standard error what is wrong. */
    public void complain(String line) {
        err.println("milena: " + SafeText.line(line));
    }

    void print(Table table) {
        out.print(table);
    }

    /** For a program. */
    void print(JsonNode json) {
        try {
            out.println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Asks the person; anything but yes is no. There must be a person. */
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

    /** Loaded only where JSON is written: a command starts sooner without. */
    private static final class Json {
        static final ObjectMapper MAPPER = new ObjectMapper();
    }
}
