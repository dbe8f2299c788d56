package io.milena.smtp;

import java.util.Optional;

/** The facts about a session's TLS connection that AUTH needs. */
public interface SecureChannel {
    /**
     * Channel binding data, which ties an exchange to the connection (RFC 5056), of a type: {@code tls-exporter} (RFC
     * 9266) or {@code tls-server-end-point} (RFC 5929 §4). Empty if this connection has none.
     */
    Optional<byte[]> data(String type);

    /** The certificate that the client has shown and proved to be its own: SHA-256 of it in lower-case hex. */
    default Optional<String> clientCertificate() {
        return Optional.empty();
    }
}
