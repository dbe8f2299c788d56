package io.milena.delivery.outcome;

import java.time.Duration;
import java.time.Instant;

/**
 * When deferred mail is retried. Immutable.
 *
 * @param tier delay of the topic in which it waits
 * @param due when it leaves that topic
 * @param at when it is next attempted; after {@code due} if it must pass through more tiers
 */
record ScheduledRetry(Duration tier, Instant due, Instant at) {}
