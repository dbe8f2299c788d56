package io.milena.delivery.site;

import io.milena.delivery.shaping.Rate;
import io.milena.delivery.shaping.SiteName;
import java.util.Optional;
import java.util.Set;

/**
 * Which partitions of {@code mail.outbound} this replica owns, and so how much of a site's limits. Who owns a destination has all of it; of a limit
 * over many destinations each partition has a part, so that the parts of all replicas make the whole, whichever way the partitions go.
 * Changed by the loop, read by all.
 */
public final class Ownership {
    private volatile Share share = new Share(Set.of(), 1);

    private record Share(Set<Integer> owned, int total) {}

    /** Whether that is a change. */
    public boolean own(Set<Integer> partitions, int total) {
        var before = share;
        share = new Share(Set.copyOf(partitions), Math.max(1, total));
        return !before.equals(share);
    }

    boolean owns(int partition) {
        return share.owned.contains(partition);
    }

    /** How many of a site's connections are ours: connection i belongs to the partition that is i after the site's first. */
    int connections(SiteName site, int limit) {
        var now = share;
        if (!site.shared()) {
            return limit;
        }
        int first = firstPartition(site, now.total);
        int ours = 0;
        for (int partition : now.owned) {
            int position = Math.floorMod(partition - first, now.total);
            ours += limit / now.total + (position < limit % now.total ? 1 : 0);
        }
        return ours;
    }

    /** How much of a site's rate is ours, in a second; without a limit infinity. */
    double perSecond(SiteName site, Optional<Rate> limit) {
        var now = share;
        double whole = limit.map(Rate::perSecond).orElse(Double.POSITIVE_INFINITY);
        return !site.shared() || limit.isEmpty() ? whole : whole * now.owned.size() / now.total;
    }

    /** What part of all partitions is ours, from 0 to 1. */
    double share() {
        var now = share;
        return (double) now.owned.size() / now.total;
    }

    /** A partition whose owner always has a connection to the site. */
    int firstPartition(SiteName site) {
        return firstPartition(site, share.total);
    }

    private static int firstPartition(SiteName site, int total) {
        return Math.floorMod(site.name().hashCode(), total);
    }
}
