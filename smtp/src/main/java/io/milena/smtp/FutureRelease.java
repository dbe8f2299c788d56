package io.milena.smtp;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** The earliest time at which the client wants its message sent on (RFC 4865 §4). */
public sealed interface FutureRelease {
    /** The instant, for a message that arrives now. */
    Instant at(Instant now);

    /** HOLDFOR: seconds after the submission. */
    record HoldFor(Duration length) implements FutureRelease {
        @Override
        public Instant at(Instant now) {
            return now.plus(length);
        }
    }

    /** HOLDUNTIL; an instant in the past delays nothing. */
    record HoldUntil(Instant instant) implements FutureRelease {
        @Override
        public Instant at(Instant now) {
            return instant;
        }
    }

    /** Reads the seconds of HOLDFOR: one to nine digits. */
    static Optional<FutureRelease> holdFor(String value) {
        return value.matches("\\d{1,9}")
                ? Optional.of(new HoldFor(Duration.ofSeconds(Integer.parseInt(value))))
                : Optional.empty();
    }

    /** Reads the date-time of HOLDUNTIL (RFC 3339 §5.6; RFC 4865's erratum 2040). */
    static Optional<FutureRelease> holdUntil(String value) {
        try {
            return Optional.of(new HoldUntil(OffsetDateTime.parse(value).toInstant()));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
