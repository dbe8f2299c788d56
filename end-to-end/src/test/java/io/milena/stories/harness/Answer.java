package io.milena.stories.harness;

import java.util.List;

/**
 * A server's answer: its code, and its lines as received, without code and CRLF. A type of its own, since the tests do
 * not trust the platform's parser.
 */
public record Answer(int code, List<String> lines) {
    public Answer {
        lines = List.copyOf(lines);
    }

    /** All lines as one. */
    public String text() {
        return String.join(" ", lines);
    }

    /** The queue id in the answer to accepted content. */
    public String queueId() {
        var marker = "queued as ";
        int at = text().indexOf(marker);
        if (code != 250 || at < 0) {
            throw new IllegalStateException(this + " (expected: 250 … queued as <id>)");
        }
        return text().substring(at + marker.length()).strip();
    }

    @Override
    public String toString() {
        return code + " " + text();
    }
}
