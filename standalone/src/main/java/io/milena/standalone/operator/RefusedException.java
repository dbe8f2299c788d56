package io.milena.standalone.operator;

/** A server refused or cannot be reached; the message is a sentence with the reason. The exit code is 1. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RefusedException(String message) {
        super(message, null, false, false);
    }
}
