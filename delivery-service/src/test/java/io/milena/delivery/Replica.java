package io.milena.delivery;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.delivery.content.BodyReader;
import io.milena.delivery.content.Contents;
import io.milena.delivery.content.Signatures;
import io.milena.delivery.dns.Dns;
import io.milena.delivery.dns.NetworkPolicy;
import io.milena.delivery.egress.Blocks;
import io.milena.delivery.egress.Pools;
import io.milena.delivery.order.Automation;
import io.milena.delivery.order.Flushes;
import io.milena.delivery.order.Orders;
import io.milena.delivery.outbound.Destinations;
import io.milena.delivery.outbound.OrderPolicy;
import io.milena.delivery.outbound.OutboundLoop;
import io.milena.delivery.outbound.MembershipProof;
import io.milena.delivery.outbound.Suppressions;
import io.milena.delivery.outcome.DeliveryLog;
import io.milena.delivery.outcome.SenderNotices;
import io.milena.delivery.outcome.RetrySchedule;
import io.milena.delivery.outcome.Settler;
import io.milena.delivery.progress.Backlog;
import io.milena.delivery.relay.Relay;
import io.milena.delivery.relay.Security;
import io.milena.delivery.relay.SmartHosts;
import io.milena.delivery.remote.BrokenTls;
import io.milena.delivery.remote.SessionSettings;
import io.milena.delivery.remote.Watchdog;
import io.milena.delivery.tlsreport.TlsSessions;
import io.milena.delivery.route.MailExchangers;
import io.milena.delivery.route.Routes;
import io.milena.delivery.route.Ways;
import io.milena.delivery.shaping.Rule;
import io.milena.delivery.shaping.ShapingSource;
import io.milena.delivery.site.Sites;
import io.milena.delivery.tier.TierLoop;
import io.milena.delivery.tier.SiteLookup;
import io.milena.delivery.tls.TlsClient;
import io.milena.delivery.tls.TlsPolicies;
import io.milena.delivery.tls.Trust;
import io.milena.topics.Directory;
import io.milena.topics.Topics;
import io.milena.topics.kafka.CompactedView;
import io.milena.topics.kafka.GroupMember;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.ServiceHealth;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/** The queue manager of one replica, put together as {@link DeliveryService} does, with its delay tiers and without the rest. */
final class Replica implements AutoCloseable {
    private final String name;
    private final List<AutoCloseable> parts = new ArrayList<>();
    private final Destinations destinations;
    private final Sites sites;
    private final Flushes flushes;
    private final OutboundLoop loop;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ServiceHealth health = new ServiceHealth("test", meters);
    private final FaultyClients faulty;
    private volatile boolean rulesFail;

    /** {@code settings} are keys below {@code milena.} with their values; what is not said is as it is in production. */
    Replica(
            String name,
            KafkaClients clients,
            Dns dns,
            ShapingSource shaping,
            List<Duration> delays,
            Map<String, String> settings)
            throws Exception {
        this.name = name;
        this.faulty = new FaultyClients(clients.base());
        var all = new HashMap<>(settings);
        all.put("hostname", name);
        var config = DeliverySettings.of(all);
        var clock = Clock.systemUTC();
        var log = new DeliveryLog(meters);
        var pulse = new MembershipProof(GroupMember.SESSION);
        var watchdog = part(new Watchdog());
        var suppressions = part(new Suppressions(clients, health));
        suppressions.start();
        var exchangers = new MailExchangers(
                dns,
                new NetworkPolicy(List.of("127.0.0.0/8")),
                new Random(1),
                config.delivery().remotePort(),
                config.hostname());
        var orders = part(new Orders(clients, health, clock));
        orders.start();
        sites = new Sites(shaping, exchangers, orders, config.delivery().suspend());
        flushes = part(new Flushes(clients, health, clock));
        flushes.start();
        var routes = new Routes(config.delivery().routes().orElse(List.of()));
        var automation = new Automation(() -> rules(shaping), id -> true, order -> {}, clock);
        var pools =
                new Pools(EgressSettings.of(config.delivery()), config.hostname(), Blocks.NONE, sites::share, clock);
        var accounts = part(
                new CompactedView<>(clients, health, Topics.ACCOUNTS, Directory.Account.class, (id, account) -> {}));
        accounts.start();
        var ways = new Ways(routes, pools, orders, domain -> sites.known(domain).orElse(""), accounts::get);
        var timeout = config.delivery().timeout();
        var relay = new Relay(
                exchangers,
                new Security(
                        new TlsPolicies(
                                dns,
                                Optional.empty(),
                                Trust.of(Optional.empty(), "test"),
                                config.delivery().tls().level(),
                                Map.of()),
                        new SmartHosts(Map.of())),
                TlsSessions.UNTOLD,
                new SessionSettings(
                        timeout.connect(),
                        timeout.greeting(),
                        timeout.command(),
                        timeout.data(),
                        timeout.finalDot(),
                        timeout.attempt(),
                        new TlsClient(),
                        new BrokenTls(config.delivery().tls().brokenRest()),
                        watchdog),
                new Contents(
                        new Signatures((account, domain) -> List.of(), Optional.empty(), clock),
                        part(new BodyReader(clients))),
                Optional.empty(),
                clock);
        var schedule = new RetrySchedule(
                delays, accounts::get, () -> ThreadLocalRandom.current().nextDouble());
        destinations = new Destinations(
                config.delivery(),
                new Settler(schedule, new SenderNotices(Duration.ofHours(4)), clock, log),
                ways,
                sites,
                new OrderPolicy(orders, automation, clock),
                flushes,
                relay,
                suppressions,
                clock,
                pulse);
        var backlog = part(new Backlog(clients.base(), meters));
        var member = GroupMember.of(config.instance());
        loop = new OutboundLoop(faulty, member, destinations, log, backlog, config.delivery(), health);
        var tiers = part(new TierLoop(
                faulty,
                member,
                flushes,
                new SiteLookup(routes, sites),
                log,
                backlog,
                health.loop(TierLoop.DUTY),
                clock));
        tiers.start();
        loop.start();
    }

    private List<Rule> rules(ShapingSource shaping) {
        if (rulesFail) {
            throw new IllegalStateException("the rules fail, as the test wants it");
        }
        return shaping.current().rules();
    }

    /** Whoever looks at the rules from now on meets a bug. */
    void failAtRules() {
        rulesFail = true;
    }

    /** What stands between its loops and the broker. */
    FaultyClients clients() {
        return faulty;
    }

    ServiceHealth health() {
        return health;
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.add(part);
        return part;
    }

    String name() {
        return name;
    }

    Destinations destinations() {
        return destinations;
    }

    Sites sites() {
        return sites;
    }

    Flushes flushes() {
        return flushes;
    }

    /** How many outcomes of this type there were. */
    long outcomes(String type) {
        return (long) meters.counter("milena.delivery.outcomes", "type", type).count();
    }

    /** Its loop commits nothing any more; the rest of it is to be cut off at the hosts. */
    void kill() throws InterruptedException {
        faulty.standStill();
    }

    /** An orderly end. */
    @Override
    public void close() throws Exception {
        faulty.bury();
        loop.close();
        for (var part : parts.reversed()) {
            part.close();
        }
    }
}
