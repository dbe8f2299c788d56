package io.milena.smtp;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The time within which the client wants its message delivered (RFC 2852 §4).
 *
 * @param seconds from now on; zero or less: the time had passed before the message came here
 * @param mode the action when the time has passed
 * @param trace whether each host that relays the message must report that
 */
public record DeliverBy(int seconds, Mode mode, boolean trace) {
    // RFC 2852 §4: by-value; the sign may be a plus too.
    private static final Pattern FORM = Pattern.compile("([+-]?\\d{1,9});([NR])(T?)");

    /** The action for a message whose time has passed. */
    public enum Mode {
        /** The sender is told, and the message is still tried. */
        NOTIFY,
        /** The message is returned to its sender. */
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
        // RFC 2852 §4: a message to be returned after its time must be given some.
        return mode == Mode.RETURN && seconds <= 0
                ? Optional.empty()
                : Optional.of(new DeliverBy(seconds, mode, !form.group(3).isEmpty()));
    }
}
