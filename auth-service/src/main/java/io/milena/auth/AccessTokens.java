package io.milena.auth;

import io.milena.auth.secret.Sha256;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The two bearer tokens (RFC 6750 §2.1) that configuration fixes: the administrator's and ingest's. Compared by digest and in constant
 * time. Thread-safe.
 */
@ApplicationScoped
public class AccessTokens {
    private static final Logger LOG = Logger.getLogger(AccessTokens.class);
    private static final String SCHEME = "bearer ";

    private final Optional<byte[]> admin;
    private final Optional<byte[]> service;

    AccessTokens(AuthSettings settings) {
        var bootstrap = settings.bootstrap();
        admin = ConfiguredSecret.of("milena.bootstrap.admin-token", bootstrap.adminToken(), bootstrap.adminTokenFile())
                .map(Sha256::of);
        service = ConfiguredSecret.of(
                        "milena.auth.service-token", settings.auth().serviceToken(), Optional.empty())
                .map(Sha256::of);
    }

    /** Says once what is missing. */
    void warnOfMissing() {
        if (admin.isEmpty()) {
            LOG.warn("every request under /v1 is refused: set milena.bootstrap.admin-token or -file");
        }
        if (service.isEmpty()) {
            LOG.warn("no login can be verified: set milena.auth.service-token here and in ingest");
        }
    }

    /** Whether an Authorization field, which may be absent, carries the administrator's token. */
    public boolean isAdmin(String authorization) {
        return matches(admin, authorization);
    }

    /** Whether an Authorization field, which may be absent, carries the token that ingest shares with this service. */
    public boolean isService(String authorization) {
        return matches(service, authorization);
    }

    /** A secret that all replicas of this service share, for one purpose. */
    public byte[] secret(String purpose) {
        return Sha256.of(purpose + service.map(HexFormat.of()::formatHex).orElse(""));
    }

    private static boolean matches(Optional<byte[]> expected, String authorization) {
        if (expected.isEmpty()
                || authorization == null
                || !authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return false;
        }
        byte[] given = Sha256.of(authorization.substring(SCHEME.length()).strip());
        return MessageDigest.isEqual(expected.get(), given);
    }
}
