package io.milena.faults;

import java.time.Instant;

/** A report of a failed recipient (RFC 3464) that reached the sender; {@code acknowledged} as of {@link Arrival}. */
record Notice(String recipient, Instant at, boolean acknowledged) {}
