package io.milena.embedded;

/** Something that the operator can put right keeps a part from starting. The message is one sentence and says what. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
