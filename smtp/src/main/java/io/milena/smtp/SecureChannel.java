package io.milena.smtp;

import java.util.Optional;

/** The TLS connection under a session, as far as AUTH asks for it. */
public interface SecureChannel {
    /**
     * What ties an exchange to the connection (RFC 5056): the data of a type, {@code tls-exporter} (RFC 9266) or {@code tls-server-end-point}
     * (RFC 5929 §4), if this connection has them.
     */
    Optional<byte[]> data(String type);

    /** The certificate that the client has shown and proved to be its own: SHA-256 of it in lower-case hex. */
    default Optional<String> clientCertificate() {
        return Optional.empty();
    }
}
