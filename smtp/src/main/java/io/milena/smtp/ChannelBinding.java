package io.milena.smtp;

import java.util.Optional;

/** What ties an AUTH exchange to the TLS connection that it runs over (RFC 5056). */
public interface ChannelBinding {
    /** The data of a type, {@code tls-exporter} (RFC 9266) or {@code tls-server-end-point} (RFC 5929 §4), if this connection has them. */
    Optional<byte[]> data(String type);
}
