package io.milena.delivery.order;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What is to be done for a time with mail that is selected, whether it waits already or comes later. An operator gives it, or a rule; all replicas
 * obey it.
 *
 * @param value for {@link Action#REBIND} a route's target, for {@link Action#RATE} a rate, for {@link Action#TLS} {@code off} or {@code require}
 * @param by who gave it
 * @param until it holds no longer than that; none: until it is withdrawn
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

    /** What is to be done. */
    public enum Action {
        /** It waits. */
        SUSPEND,
        /** It goes back to its sender. */
        BOUNCE,
        /** It ends, and nobody is told but the outcomes. */
        DISCARD,
        /** It takes another route. */
        REBIND,
        /** No more than this rate goes to a site. */
        RATE,
        /** A site is met without TLS where nothing forbids it, or with TLS only. */
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
