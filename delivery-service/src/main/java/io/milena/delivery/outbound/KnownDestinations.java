package io.milena.delivery.outbound;

import io.milena.delivery.route.Way;
import io.milena.delivery.site.Site;
import io.milena.delivery.site.Sites;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The {@link Destination} of each {@link Way} that mail has come for. If there are 10,000 or more, unused ways and
 * sites that need no rest are forgotten. Thread-safe, except {@link #sweep()}.
 */
public final class KnownDestinations {
    private static final int MANY = 10_000;

    private final Sites sites;
    private final Map<Way, Destination> byWay = new ConcurrentHashMap<>();
    private int sweepAt = MANY;

    public KnownDestinations(Sites sites) {
        this.sites = sites;
    }

    Destination of(Way way) {
        return byWay.computeIfAbsent(way, key -> new Destination(key, sites.newRest()));
    }

    Collection<Destination> all() {
        return byWay.values();
    }

    /** Forgets unused destinations and their sites, if there are many. Called by the loop. */
    void sweep() {
        if (byWay.size() < sweepAt) {
            return;
        }
        long now = System.nanoTime();
        byWay.values().removeIf(destination -> destination.unused(now));
        var inUse = new HashSet<Site>();
        byWay.values().forEach(destination -> destination.site().ifPresent(inUse::add));
        sites.forgetAllBut(inUse);
        sweepAt = Math.max(MANY, 2 * byWay.size());
    }
}
