package io.milena.topics;

/** A record that violates the topic's contract; its reader writes it to {@link Topics#DEAD_LETTERS} and goes on. */
public final class MalformedRecordException extends RuntimeException {
    public MalformedRecordException(String message, Throwable cause) {
        super(message, cause);
    }

    public MalformedRecordException(String message) {
        super(message);
    }
}
