package io.milena.standalone.operator;

/** The server refused, or can't be reached; says why. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
        super(message, null, false, false);
    }
}
