package io.milena.delivery.remote;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.milena.smtp.EhloReply;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Hosts that lately refused an extension which they offer (RFC 5321 §4.2.2: 500, 502, 503, 504, 555): for a while they
 * get mail without it, and then it is tried again. Bounded in hosts; thread-safe.
 */
public final class RefusedExtensions {
    private static final int MOST = 50_000;

    private final Cache<RemoteHost, Set<String>> refused;

    public RefusedExtensions(Duration rest) {
        this.refused =
                Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(rest).build();
    }

    /** The host refused these keywords of EHLO. */
    void remember(RemoteHost host, Set<String> keywords) {
        refused.asMap().merge(host, Set.copyOf(keywords), (before, more) -> {
            var all = new HashSet<>(before);
            all.addAll(more);
            return Set.copyOf(all);
        });
    }

    /** The extensions that a host offers and takes. */
    EhloReply without(RemoteHost host, EhloReply offered) {
        var unusable = refused.getIfPresent(host);
        return unusable == null ? offered : offered.without(unusable);
    }
}
