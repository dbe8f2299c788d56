package io.milena.auth.dkim;

/** A text is no usable DKIM key; the message says why and quotes nothing of the text. */
public final class UnusableKeyException extends Exception {
    private static final long serialVersionUID = 1;

    UnusableKeyException(String reason) {
        super(reason);
    }

    UnusableKeyException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
