package io.milena.ingest.quota;

import io.milena.smtp.Reply;

/** The decision on a message within its account's limits. */
public sealed interface Admission {
    /**
     * The message may come; {@code giveBack} is run if it is not accepted in the end, so that it does not count for the
     * day.
     */
    record Admitted(Runnable giveBack) implements Admission {}

    /** The message may not come. */
    record Refused(Reply reply) implements Admission {}
}
