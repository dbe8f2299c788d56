package io.milena.delivery.egress;

import java.io.IOException;

/**
 * A connection failed because of our proxy or source address, not because of the remote. The message contains no
 * secret.
 */
public final class EgressException extends IOException {
    private static final long serialVersionUID = 1;

    EgressException(String message) {
        super(message);
    }

    EgressException(String message, IOException cause) {
        super(message + ": " + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage()));
        initCause(cause);
    }
}
