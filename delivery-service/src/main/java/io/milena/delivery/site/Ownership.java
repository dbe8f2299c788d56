package io.milena.delivery.site;

import io.milena.delivery.shaping.Rate;
import io.milena.delivery.shaping.SiteName;
import java.util.Optional;
import java.util.Set;

/**
 * The partitions of {@code mail.outbound} that this replica owns, and so its part of a site's limits. An unshared site
 * belongs whole to one owner. For a shared site each partition has a part of the limits, so that the parts of all
 * replicas make the whole however the partitions move. Changed by the loop, read by all threads.
 */
public final class Ownership {
    private volatile Share share = new Share(Set.of(), 1);

    private record Share(Set<Integer> owned, int total) {}

    /** Sets the owned partitions; whether that is a change. */
    public boolean own(Set<Integer> partitions, int total) {
        var before = share;
        share = new Share(Set.copyOf(partitions), Math.max(1, total));
        return !before.equals(share);
    }

    boolean owns(int partition) {
        return share.owned.contains(partition);
    }

    /** Our part of a site's connections: connection i belongs to the partition that is i after the site's first. */
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

    /** Our part of a site's rate, per second; infinite without a limit. */
    double perSecond(SiteName site, Optional<Rate> limit) {
        var now = share;
        double whole = limit.map(Rate::perSecond).orElse(Double.POSITIVE_INFINITY);
        return !site.shared() || limit.isEmpty() ? whole : whole * now.owned.size() / now.total;
    }

    /** Our share of all partitions, from 0 to 1. */
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
