package io.milena.smtp;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * By when the client wants its message delivered (RFC 2852 §4).
 *
 * @param seconds how long it gives us; zero or less says that the time was over before it came here
 * @param mode what is to happen when the time is over
 * @param trace whether each host that passes it on is to say so
 */
public record DeliverBy(int seconds, Mode mode, boolean trace) {
    // RFC 2852 §4: by-value; the sign may be a plus too.
    private static final Pattern FORM = Pattern.compile("([+-]?\\d{1,9});([NR])(T?)");

    /** What is to happen to a message whose time is over. */
    public enum Mode {
        /** Its sender is told, and it is tried further. */
        NOTIFY,
        /** It goes back to its sender. */
        RETURN
    }

    /** The instant, for a message that arrives now. */
    public Instant at(Instant now) {
        return now.plusSeconds(seconds);
    }

    /** Reads the value of BY, in upper case. */
    static Optional<DeliverBy> parse(String value) {
        var form = FORM.matcher(value);
        if (!form.matches()) {
            return Optional.empty();
        }
        var mode = form.group(2).equals("R") ? Mode.RETURN : Mode.NOTIFY;
        int seconds = Integer.parseInt(form.group(1));
        // RFC 2852 §4: what is to come back when its time is over must have some.
        return mode == Mode.RETURN && seconds <= 0
                ? Optional.empty()
                : Optional.of(new DeliverBy(seconds, mode, !form.group(3).isEmpty()));
    }
}
