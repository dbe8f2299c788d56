package io.milena.delivery;

import io.milena.delivery.route.MailExchangers;
import io.milena.delivery.route.Route;
import io.milena.delivery.shaping.Shaping;
import io.milena.delivery.shaping.ShapingSource;
import io.milena.delivery.shaping.SiteName;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The sites of this replica, and what holds there. Thread-safe. */
final class Sites {
    /** How long a domain is believed to be where it was, whatever DNS says meanwhile. */
    private static final long BELIEVED = Duration.ofMinutes(10).toNanos();

    private final ShapingSource source;
    private final MailExchangers exchangers;
    private final DeliveryConfig.Suspend suspend;
    private final Ownership ownership = new Ownership();
    private final Map<SiteName, Site> byName = new ConcurrentHashMap<>();
    private Shaping governing;

    Sites(ShapingSource source, MailExchangers exchangers, DeliveryConfig.Suspend suspend) {
        this.source = source;
        this.exchangers = exchangers;
        this.suspend = suspend;
        this.governing = source.current();
    }

    /** What a destination's site was found by; another one means that it has to be found again. */
    Object knowledge() {
        record Knowledge(Shaping shaping, long period) {}
        return new Knowledge(source.current(), System.nanoTime() / BELIEVED);
    }

    /** Blocks while DNS is asked. */
    Site of(Way way) {
        var name =
                switch (way.route()) {
                    case Route.Exchangers mx -> source.current().site(way.domain(), exchangers.names(way.domain()));
                    case Route.SmartHosts hosts -> new SiteName(hosts.name(), true);
                    case Route.Discard discard -> new SiteName("discard", false);
                };
        return byName.compute(name, (key, known) -> {
            var site = known == null ? create(key) : known;
            site.found();
            return site;
        });
    }

    /** Forgets what is not in use and has nothing to be remembered: what was found just now may be about to be used. Called by the loop. */
    void forgetAllBut(Set<Site> inUse) {
        byName.keySet()
                .forEach(name -> byName.computeIfPresent(
                        name, (key, site) -> inUse.contains(site) || !site.forgettable() ? site : null));
    }

    private Site create(SiteName name) {
        var site = new Site(name, source.current().limits(name.name(), Optional.empty()), newRest(), System::nanoTime);
        site.obey(site.limits(), ownership);
        return site;
    }

    Rest newRest() {
        return new Rest(suspend.first(), suspend.max());
    }

    Collection<Site> all() {
        return byName.values();
    }

    /** A partition of {@code mail.outbound} whose owner may send there. */
    int owner(Site site) {
        return ownership.firstPartition(site.name());
    }

    /** The partitions that this replica has now. Called by the loop. */
    void own(Set<Integer> partitions, int total) {
        if (ownership.own(partitions, total)) {
            govern(source.current());
        }
    }

    /** Whether the connections that were another's share have ended. */
    boolean areWithinShare() {
        return all().stream().allMatch(Site::isWithinShare);
    }

    /** Takes up what has changed. Called by the loop. */
    void look() {
        var now = source.current();
        if (now != governing) {
            govern(now);
        }
    }

    private void govern(Shaping shaping) {
        governing = shaping;
        all().forEach(site -> site.obey(shaping.limits(site.name().name(), Optional.empty()), ownership));
    }
}
