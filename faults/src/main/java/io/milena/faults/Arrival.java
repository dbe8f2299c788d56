package io.milena.faults;

import java.time.Instant;

/**
 * A message that a mail host kept, for one recipient.
 *
 * @param acknowledged whether the host answered 250; a host that kept the message and hung up instead asks for a second
 *     copy
 * @param whole whether the content had its last line
 */
record Arrival(String recipient, Instant at, boolean acknowledged, boolean whole) {}
