package io.milena.auth.token;

import io.milena.auth.secret.Sha256;
import io.milena.operator.BearerToken;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The configured bearer token that ingest shares with this service. Thread-safe. */
public class AccessTokens {
    private static final Logger LOG = Logger.getLogger(AccessTokens.class);

    private final Optional<String> secret;
    private final BearerToken service;

    public AccessTokens(Optional<String> secret) {
        this.secret = secret;
        service = new BearerToken(secret);
    }

    /** Logs a warning if the token is not configured. */
    public void warnOfMissing() {
        if (!service.exists()) {
            LOG.warn("no login can be verified until milena.auth.service-token is set, here and in ingest");
        }
    }

    /** Whether an Authorization field, which may be absent, carries the token. */
    public boolean isService(String authorization) {
        return service.isIn(authorization);
    }

    /** Derives a secret for one purpose, equal in all replicas of this service. */
    public byte[] secret(String purpose) {
        return Sha256.of(purpose + secret.map(Sha256::hex).orElse(""));
    }
}
