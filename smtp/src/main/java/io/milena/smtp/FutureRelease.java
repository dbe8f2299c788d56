package io.milena.smtp;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;

/** When the client wants its message to go on its way, at the earliest (RFC 4865 §4). */
public sealed interface FutureRelease {
    /** That instant, for a message that arrives now. */
    Instant at(Instant now);

    /** HOLDFOR: so long after it was submitted. */
    record HoldFor(Duration length) implements FutureRelease {
        @Override
        public Instant at(Instant now) {
            return now.plus(length);
        }
    }

    /** HOLDUNTIL; one that has passed holds nothing. */
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
