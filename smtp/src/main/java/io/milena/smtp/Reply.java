package io.milena.smtp;

import java.util.List;
import java.util.Optional;

/**
 * An SMTP reply (RFC 5321 §4.2): a code, and one or more lines of text without the code; {@code status} is the enhanced
 * code, which the text does not repeat. Greeting and EHLO replies have none (RFC 2034 §4).
 */
public record Reply(int code, Optional<EnhancedStatusCode> status, List<String> lines) {
    /**
     * The most octets that a {@linkplain #shortened() shortened} reply has when it is {@linkplain #quoted() quoted}.
     */
    public static final int SHORT = 2048;
    /** Code and status, with a space behind each. */
    private static final int LONGEST_CODES = 16;

    public Reply {
        if (code < 200 || code > 599) {
            throw new IllegalArgumentException("code: " + code + " (expected: 200-599)");
        }
        if (lines.isEmpty()) {
            lines = List.of("");
        }
        lines = List.copyOf(lines);
    }

    public static Reply of(int code, String status, String text) {
        return new Reply(code, Optional.of(EnhancedStatusCode.of(status)), List.of(text));
    }

    /**
     * A reply that one of the platform's rules gives; {@code key} names its entry in docs/replies.md, for readers of a
     * log.
     */
    public static Reply policy(int code, String status, String text, String key) {
        return of(code, status, text + " [" + key + "]");
    }

    public static Reply plain(int code, String... lines) {
        return new Reply(code, Optional.empty(), List.of(lines));
    }

    /** Whether the reply tells the client that the connection closes (RFC 5321 §3.8, RFC 7504 §3). */
    public boolean announcesClose() {
        return code == 221 || code == 421 || code == 521;
    }

    public boolean positive() {
        return code < 400;
    }

    public boolean transientFailure() {
        return code >= 400 && code < 500;
    }

    public boolean permanentFailure() {
        return code >= 500;
    }

    /** As it goes over the wire, each line ended by CRLF, the enhanced code on each line (RFC 2034 §4). */
    public String wire() {
        var wire = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            wire.append(code).append(i == lines.size() - 1 ? ' ' : '-');
            status.ifPresent(enhanced -> wire.append(enhanced).append(' '));
            wire.append(lines.get(i)).append("\r\n");
        }
        return wire.toString();
    }

    /**
     * On one line, for a log, an outcome or a DSN: lines joined by a space, and '?' for characters that are not
     * {@linkplain SafeText safe}.
     */
    public String quoted() {
        return SafeText.quoted(code + status.map(enhanced -> " " + enhanced).orElse("") + " " + String.join(" ", lines))
                .strip();
    }

    /**
     * This reply with its text cut to what a log, an outcome and a report have use for: a host may talk for a quarter
     * of a megabyte.
     */
    public Reply shortened() {
        var text = lines.size() == 1 ? lines.getFirst() : String.join(" ", lines);
        var excerpt = Excerpt.of(text, SHORT - LONGEST_CODES);
        return excerpt.equals(text) ? this : new Reply(code, status, List.of(excerpt));
    }

    @Override
    public String toString() {
        return quoted();
    }
}
