package io.milena.delivery.remote;

import java.io.IOException;

/**
 * The connection can't be used any more: it closed, timed out, or what came was no SMTP. Thrown to the one place that
 * turns it into a {@link Cause}. {@code stage} says at what, e.g. {@code "RCPT"}.
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
