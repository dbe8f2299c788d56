package io.milena.delivery.egress;

import java.io.IOException;

/** Our own way out is at fault (the proxy, or an address that is not ours), and not the remote. The message holds no secret. */
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
