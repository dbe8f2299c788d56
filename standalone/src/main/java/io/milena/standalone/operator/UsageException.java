package io.milena.standalone.operator;

/** The command line is wrong; the message is a sentence with the reason. The exit code is 2. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public UsageException(String message) {
        super(message, null, false, false);
    }
}
