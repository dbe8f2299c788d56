package io.milena.delivery.remote;

import java.io.IOException;

/**
 * The connection cannot be used any more: it closed, timed out, or the input was not SMTP. One place turns it into a
 * {@link Cause}. {@code stage} is the step, e.g. {@code "RCPT"}.
 */
final class SessionBroken extends IOException {
    private static final long serialVersionUID = 1;

    private final String stage;
    private final String status;

    SessionBroken(String stage, String status, String message) {
        super(message);
        this.stage = stage;
        this.status = status;
    }

    String stage() {
        return stage;
    }

    String status() {
        return status;
    }
}
