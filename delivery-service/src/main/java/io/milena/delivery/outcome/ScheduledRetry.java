package io.milena.delivery.outcome;

import java.time.Duration;
import java.time.Instant;

/**
 * When mail that was deferred is tried again. A value.
 *
 * @param tier the length of the delay topic where it waits
 * @param due when it leaves that
 * @param at when it is tried: later than that where the way there leads through further tiers
 */
record ScheduledRetry(Duration tier, Instant due, Instant at) {}
