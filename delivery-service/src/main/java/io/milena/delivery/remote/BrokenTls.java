package io.milena.delivery.remote;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.milena.delivery.tls.TlsFailure;
import java.time.Duration;
import java.util.Optional;

/**
 * Hosts whose TLS failed lately: for a while they are used in clear at once, where that is allowed; then TLS is tried
 * again. Thread-safe.
 */
public final class BrokenTls {
    private static final int MOST = 50_000;

    private final Cache<RemoteHost, TlsFailure> broken;

    public BrokenTls(Duration rest) {
        this.broken =
                Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(rest).build();
    }

    void remember(RemoteHost host, TlsFailure failure) {
        broken.put(host, failure);
    }

    Optional<TlsFailure> of(RemoteHost host) {
        return Optional.ofNullable(broken.getIfPresent(host));
    }

    void forget(RemoteHost host) {
        broken.invalidate(host);
    }
}
