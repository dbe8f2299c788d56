package io.milena.ingest.connection;

import io.milena.smtp.CommandParser;
import io.milena.smtp.Replies;
import io.milena.smtp.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * Cuts a client's input into lines (RFC 5321 §2.3.8, §4.5.3.1.4). A line that is too long is read past to its end
 * without taking memory, so that the session stays in step; after {@value #MAX_SKIPPED} octets it counts as one without
 * an end. Confined to its connection's event loop.
 */
final class CommandLines {
    // RFC 4954 §4: 12288 octets for AUTH; RFC 5321 §4.5.3.1.4 asks for 512 and RFC 3461 and 6531 add to it.
    private static final int MAX_AUTH_LINE = 12_288;
    private static final int MAX_COMMAND_LINE = 2_048;
    private static final int MAX_SKIPPED = 64 * 1024;

    /** A line that has come. */
    sealed interface Line {
        /** A line to parse. */
        record Whole(InputBuffer.Line line) implements Line {}

        /** A line refused for its form; {@code bdat} if it began with BDAT, so that a chunk follows all the same. */
        record Refused(Reply reply, boolean bdat) implements Line {}

        /** A line that does not end: the session cannot stay in step. */
        record Endless() implements Line {}
    }

    private final InputBuffer input;
    private final boolean strict;
    private boolean skipping;
    /** Octets of the line that is skipped. */
    private int skipped;
    /** The line that is skipped began with BDAT. */
    private boolean skippingBdat;

    /** {@code strict}: a line that ends in LF alone is refused. */
    CommandLines(InputBuffer input, boolean strict) {
        this.input = input;
        this.strict = strict;
    }

    /** The next line, if it has come whole; {@code saslResponse} if it must be a response to a challenge. */
    Optional<Line> next(boolean saslResponse) {
        var line = input.line();
        if (line == null) {
            skipWhatIsTooLong(saslResponse);
            return skipped > MAX_SKIPPED ? Optional.of(new Line.Endless()) : Optional.empty();
        }
        if (skipping) {
            skipping = false;
            skipped = 0;
            var refused = new Line.Refused(Replies.LINE_TOO_LONG, skippingBdat);
            skippingBdat = false;
            return Optional.of(refused);
        }
        if (line.to() - line.from() > limit(line, saslResponse)) {
            return Optional.of(refused(line, Replies.LINE_TOO_LONG));
        }
        return Optional.of(!line.strict() && strict ? refused(line, Replies.BARE_NEWLINE) : new Line.Whole(line));
    }

    private void skipWhatIsTooLong(boolean saslResponse) {
        int limit = saslResponse || input.startsWith("AUTH ") ? MAX_AUTH_LINE : MAX_COMMAND_LINE;
        if (input.size() > limit) {
            skippingBdat |= !skipping && input.startsWith("BDAT");
            skipping = true;
        }
        if (skipping) {
            skipped += input.size();
            input.clear();
        }
    }

    private static Line refused(InputBuffer.Line line, Reply reply) {
        return new Line.Refused(reply, CommandParser.isBdat(line.bytes(), line.from(), line.to()));
    }

    private static int limit(InputBuffer.Line line, boolean saslResponse) {
        int length = Math.min(line.to() - line.from(), 5);
        boolean auth = saslResponse
                || new String(line.bytes(), line.from(), length, StandardCharsets.ISO_8859_1)
                        .toUpperCase(Locale.ROOT)
                        .equals("AUTH ");
        return auth ? MAX_AUTH_LINE : MAX_COMMAND_LINE;
    }
}
