package io.milena.ingest.quota;

import io.milena.smtp.Reply;

/** What became of a message that wanted to be admitted. */
public sealed interface Admission {
    /** It may come; {@code giveBack} is run if it is not accepted in the end, so that it does not count for the day. */
    record Admitted(Runnable giveBack) implements Admission {}

    /** It may not. */
    record Refused(Reply reply) implements Admission {}
}
