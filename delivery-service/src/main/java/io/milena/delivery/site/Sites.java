package io.milena.delivery.site;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.milena.delivery.order.Order;
import io.milena.delivery.order.StandingOrders;
import io.milena.delivery.order.Subject;
import io.milena.delivery.route.MailExchangers;
import io.milena.delivery.route.Route;
import io.milena.delivery.route.Way;
import io.milena.delivery.shaping.Limits;
import io.milena.delivery.shaping.Rate;
import io.milena.delivery.shaping.Shaping;
import io.milena.delivery.shaping.ShapingSource;
import io.milena.delivery.shaping.SiteName;
import io.milena.delivery.tls.TlsLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The sites of this replica, with the limits that hold there. Thread-safe. */
public final class Sites {
    /** How long a domain keeps its site, whatever DNS says meanwhile; in nanoseconds. */
    private static final long BELIEVED = Duration.ofMinutes(10).toNanos();

    private static final int STATES_TOLD = 300;
    private static final int DESTINATIONS_KNOWN = 10_000;

    private final ShapingSource source;
    private final MailExchangers exchangers;
    private final StandingOrders orders;
    private final SuspendSettings suspend;
    private final Ownership ownership = new Ownership();
    private final Map<Key, Site> byKey = new ConcurrentHashMap<>();
    private Shaping governing;
    private int ordersSeen;
    private boolean ordered;
    private final Cache<String, String> siteOf =
            Caffeine.newBuilder().maximumSize(DESTINATIONS_KNOWN).build();

    /**
     * Each source has its own limits and rests, so that a failing proxy or an unpopular address of ours does not stop
     * the others.
     */
    private record Key(SiteName name, Optional<String> source) {}

    public Sites(ShapingSource source, MailExchangers exchangers, StandingOrders orders, SuspendSettings suspend) {
        this.source = source;
        this.exchangers = exchangers;
        this.orders = orders;
        this.suspend = suspend;
        this.governing = source.current();
    }

    /** The basis on which sites are found; a site found on an unequal basis must be found again. */
    public Object knowledge() {
        record Knowledge(Shaping shaping, long period) {}
        return new Knowledge(source.current(), System.nanoTime() / BELIEVED);
    }

    /** The site of a way, made if it is new. Blocks while DNS is asked. */
    public Site of(Way way) {
        return byKey.compute(
                new Key(findName(way.route(), way.domain()), way.source().name()), (key, known) -> {
                    var site = known == null ? create(key) : known;
                    site.found();
                    return site;
                });
    }

    /** The site that a route leads to for a domain. Blocks while DNS is asked. */
    public SiteName findName(Route route, String domain) {
        var name =
                switch (route) {
                    case Route.Exchangers mx -> source.current().site(domain, exchangers.names(domain));
                    case Route.SmartHosts hosts -> new SiteName(hosts.name(), true);
                    case Route.Discard discard -> new SiteName("discard", false);
                };
        siteOf.put(Way.destination(route, domain), name.name());
        return name;
    }

    /**
     * Forgets sites that are not in use, have nothing to remember and were not handed out lately. Called by the loop.
     */
    public void forgetAllBut(Set<Site> inUse) {
        byKey.keySet()
                .forEach(each -> byKey.computeIfPresent(
                        each, (key, site) -> inUse.contains(site) || !site.forgettable() ? site : null));
    }

    /** The site of a destination that mail went to lately. Empty for other destinations: this asks no DNS. */
    public Optional<String> known(String destination) {
        return Optional.ofNullable(siteOf.getIfPresent(destination));
    }

    private Site create(Key key) {
        var site = new Site(key.name(), key.source(), limits(source.current(), key), newRest(), System::nanoTime);
        site.obey(site.limits(), ownership);
        return site;
    }

    /** The limits of the shaping files, changed by the orders that hold now. */
    private Limits limits(Shaping shaping, Key key) {
        var said = shaping.limits(key.name().name(), key.source());
        var subject = Subject.of(key.name().name(), key.source().orElse(""));
        var slowed = orders.about(subject, Set.of(Order.Action.RATE))
                .flatMap(Order::value)
                .map(rate -> said.slowedTo(Rate.parse(rate)))
                .orElse(said);
        return orders.about(subject, Set.of(Order.Action.TLS))
                .flatMap(Order::value)
                .map(level -> slowed.withTls(level.equals("off") ? TlsLevel.OFF : TlsLevel.REQUIRE))
                .orElse(slowed);
    }

    public Rest newRest() {
        return new Rest(suspend.first(), suspend.max());
    }

    public Collection<Site> all() {
        return byKey.values();
    }

    /** The states of active sites, those with the most waiting mail first; 300 at most. */
    public List<QueueState> states(Instant now) {
        return all().stream()
                .flatMap(site -> site.state(now).stream())
                .sorted(Comparator.comparing((QueueState state) -> -state.waiting())
                        .thenComparing(QueueState::site))
                .limit(STATES_TOLD)
                .toList();
    }

    /** A partition of {@code mail.outbound} whose owner may send to the site. */
    public int owner(Site site) {
        return ownership.firstPartition(site.name());
    }

    /** This replica's share of all mail, from 0 to 1. */
    public double share() {
        return ownership.share();
    }

    /** Sets the partitions that this replica has now. Called by the loop. */
    public void own(Set<Integer> partitions, int total) {
        if (ownership.own(partitions, total)) {
            govern(source.current());
        }
    }

    /** Whether the connections above our present share have ended. */
    public boolean areWithinShare() {
        return all().stream().allMatch(Site::isWithinShare);
    }

    /** Applies changes of shaping files and orders. Called by the loop. */
    public void look() {
        var now = source.current();
        int changes = orders.changes();
        // The end of an order is not counted as a change, so limits are set anew while any order holds.
        boolean orderedNow = !orders.active().isEmpty();
        if (now != governing || changes != ordersSeen || ordered || orderedNow) {
            ordersSeen = changes;
            ordered = orderedNow;
            govern(now);
        }
    }

    private void govern(Shaping shaping) {
        governing = shaping;
        byKey.forEach((key, site) -> site.obey(limits(shaping, key), ownership));
    }
}
