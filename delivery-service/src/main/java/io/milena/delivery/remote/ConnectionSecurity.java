package io.milena.delivery.remote;

import io.milena.delivery.tls.TlsFailure;
import java.util.Optional;

/**
 * How a connection is secured.
 *
 * @param tls protocol and cipher, e.g. {@code TLSv1.3 TLS_AES_128_GCM_SHA256}; absent in clear
 * @param policy the rule for the connection
 * @param failure a problem that a strict rule would not have allowed
 */
public record ConnectionSecurity(Optional<String> tls, String policy, Optional<TlsFailure> failure) {}
