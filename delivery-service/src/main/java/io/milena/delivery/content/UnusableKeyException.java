package io.milena.delivery.content;

/**
 * A domain has a DKIM key that cannot be used, so its mail must wait: unsigned it would go for good without the name that
 * receivers trust. The message says why and quotes nothing of the key.
 */
public final class UnusableKeyException extends Exception {
    private static final long serialVersionUID = 1;

    private final String domain;

    UnusableKeyException(String domain, String problem) {
        super(problem);
        this.domain = domain;
    }

    public String domain() {
        return domain;
    }
}
