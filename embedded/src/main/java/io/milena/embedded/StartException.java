package io.milena.embedded;

/** A part cannot start for a reason that the operator can correct. The message is one sentence that names it. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
