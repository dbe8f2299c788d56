package io.milena.smtp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Assembles a remote's reply from its lines (RFC 5321 §4.2.1): at most 128 lines of 2,048 octets. Text that is no reply
 * is {@link Malformed}; no reply is made up for it. Confined to one thread.
 */
public final class ReplyParser {
    private static final int MAX_LINES = 128;
    private static final int MAX_LINE = 2048;

    private final List<String> lines = new ArrayList<>();
    private int code = -1;

    /** The result of reading a line. */
    public sealed interface Step permits More, Complete, Malformed {}

    /** The reply has more lines. */
    public record More() implements Step {}

    /** The reply is complete. */
    public record Complete(Reply reply) implements Step {}

    /** The line is no SMTP reply; the connection cannot be used any more. */
    public record Malformed(String line) implements Step {}

    /** Takes the next line, without its CRLF, one char per octet. */
    public Step accept(String line) {
        if (line.length() > MAX_LINE || lines.size() >= MAX_LINES || !startsWithCode(line)) {
            return malformed(line);
        }
        int lineCode = Integer.parseInt(line.substring(0, 3));
        if (code != -1 && lineCode != code) {
            return malformed(line);
        }
        code = lineCode;
        lines.add(line.length() > 4 ? line.substring(4) : "");
        if (line.length() > 3 && line.charAt(3) == '-') {
            return new More();
        }
        return new Complete(complete());
    }

    private static Malformed malformed(String line) {
        return new Malformed(line.substring(0, Math.min(line.length(), 200)));
    }

    private static boolean startsWithCode(String line) {
        return line.length() >= 3
                && line.charAt(0) >= '2'
                && line.charAt(0) <= '5'
                && Character.isDigit(line.charAt(1))
                && Character.isDigit(line.charAt(2))
                && (line.length() == 3 || line.charAt(3) == ' ' || line.charAt(3) == '-');
    }

    private Reply complete() {
        // A status whose class contradicts the code says nothing (RFC 2034 §4): the code counts.
        Optional<EnhancedStatusCode> status =
                EnhancedStatusCode.leading(lines.getFirst()).filter(enhanced -> enhanced.classDigit() == code / 100);
        List<String> texts = status.isEmpty()
                ? List.copyOf(lines)
                : lines.stream().map(line -> withoutStatus(line, status.get())).toList();
        var reply = new Reply(code, status, texts);
        lines.clear();
        code = -1;
        return reply;
    }

    private static String withoutStatus(String line, EnhancedStatusCode status) {
        var prefix = status.toString();
        return line.startsWith(prefix) ? line.substring(prefix.length()).strip() : line;
    }
}
