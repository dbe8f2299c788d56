package io.milena.faults;

import io.milena.topics.Outcome;
import java.time.Instant;

/** A terminal outcome in {@code mail.outcomes}, and when it was read there, which is some milliseconds later. */
record End(String queueId, String recipient, Outcome.Type type, Instant writtenAt) {}
