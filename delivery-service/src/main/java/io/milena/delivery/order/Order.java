package io.milena.delivery.order;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An instruction for selected mail, for a time, whether it waits already or comes later. An operator or a rule gives
 * it; all replicas obey it.
 *
 * @param value for {@link Action#REBIND} a route's target, for {@link Action#RATE} a rate, for {@link Action#TLS}
 *     {@code off} or {@code require}
 * @param by the operator or the rule that gave it
 * @param until when it ends; empty: when it is withdrawn
 */
public record Order(
        String id,
        Action action,
        Selector selector,
        Optional<String> value,
        String reason,
        String by,
        Instant from,
        Optional<Instant> until) {

    /** The instruction. */
    public enum Action {
        /** The mail waits. */
        SUSPEND,
        /** The mail goes back to its sender. */
        BOUNCE,
        /** The mail ends, and only its outcomes tell of that. */
        DISCARD,
        /** The mail takes another route. */
        REBIND,
        /** At most this rate goes to a site. */
        RATE,
        /** A site is used without TLS where nothing forbids it, or with TLS only. */
        TLS;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static String words() {
            return Arrays.stream(values()).map(Action::word).collect(Collectors.joining(", "));
        }
    }

    // Jackson gives null for an Optional that a record's JSON leaves out.
    @SuppressWarnings("OptionalAssignedToNull")
    public Order {
        value = value == null ? Optional.empty() : value;
        until = until == null ? Optional.empty() : until;
    }

    boolean holdsAt(Instant now) {
        return until.isEmpty() || now.isBefore(until.get());
    }
}
