package io.milena.delivery;

import io.micrometer.core.instrument.MeterRegistry;
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
import io.milena.delivery.outbound.Attempts;
import io.milena.delivery.outbound.Destinations;
import io.milena.delivery.outbound.KnownDestinations;
import io.milena.delivery.outbound.MembershipProof;
import io.milena.delivery.outbound.OrderPolicy;
import io.milena.delivery.outbound.OutboundLoop;
import io.milena.delivery.outbound.Overflow;
import io.milena.delivery.outbound.OwnedPartitions;
import io.milena.delivery.outbound.ReadAhead;
import io.milena.delivery.outbound.RestingMail;
import io.milena.delivery.outbound.Settlements;
import io.milena.delivery.outbound.Suppressions;
import io.milena.delivery.outbound.WaitingTopic;
import io.milena.delivery.outbound.Workers;
import io.milena.delivery.outcome.DeliveryLog;
import io.milena.delivery.outcome.RetrySchedule;
import io.milena.delivery.outcome.SenderNotices;
import io.milena.delivery.outcome.Settler;
import io.milena.delivery.progress.Backlog;
import io.milena.delivery.progress.PartitionProgress;
import io.milena.delivery.relay.Relay;
import io.milena.delivery.relay.Security;
import io.milena.delivery.relay.SmartHosts;
import io.milena.delivery.remote.BrokenTls;
import io.milena.delivery.remote.RefusedExtensions;
import io.milena.delivery.remote.SessionSettings;
import io.milena.delivery.remote.Watchdog;
import io.milena.delivery.route.MailExchangers;
import io.milena.delivery.route.Routes;
import io.milena.delivery.route.Ways;
import io.milena.delivery.shaping.Rule;
import io.milena.delivery.shaping.ShapingSource;
import io.milena.delivery.site.Sites;
import io.milena.delivery.tier.SiteLookup;
import io.milena.delivery.tier.TierLoop;
import io.milena.delivery.tls.TlsClient;
import io.milena.delivery.tls.TlsPolicies;
import io.milena.delivery.tlsreport.TlsSessions;
import io.milena.topics.Directory;
import io.milena.topics.RetrySettings;
import io.milena.topics.ReturnAddress;
import io.milena.topics.Topics;
import io.milena.topics.kafka.CompactedView;
import io.milena.topics.kafka.GroupMember;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.Regularly;
import io.milena.topics.kafka.ServiceHealth;
import io.milena.topics.kafka.StartingPoints;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The outbound side of one replica, put together: the queue manager with its loop, the delay tiers, and the way to remote
 * hosts. Wiring only. {@link DeliveryService} and the tests of several replicas both use it.
 */
final class Outbound implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Outbound.class);

    /** How long a host gets mail without an extension that it has refused. */
    private static final Duration EXTENSION_REST = Duration.ofHours(1);

    private final List<AutoCloseable> parts = new ArrayList<>();
    private final GroupMember member;
    private final Backlog backlog;
    private final MailExchangers exchangers;
    private final Orders orders;
    private final Flushes flushes;
    private final Sites sites;
    private final Pools pools;
    private final Routes routes;
    private final ReadAhead readAhead;
    private final OutboundLoop loop;
    private final TierLoop tiers;

    /** Kafka and the figures, as every part of the service has them. */
    record Base(KafkaClients clients, ServiceHealth health, MeterRegistry meters, DeliveryLog log, Clock clock) {}

    /**
     * The world around the outbound side: names, limits and their rules, policies about TLS and the sessions that are
     * reported, signatures.
     */
    record World(
            Dns dns,
            NetworkPolicy networks,
            ShapingSource shaping,
            Supplier<List<Rule>> rules,
            TlsPolicies tls,
            TlsSessions sessions,
            Signatures signatures) {}

    /** Opens views of the directory, of orders and of flushes; {@link #start()} begins to read mail. */
    Outbound(DeliveryConfig config, RetrySettings retry, Base base, World world) {
        var clients = base.clients();
        var health = base.health();
        var clock = base.clock();
        var delivery = config.delivery();
        member = GroupMember.of(config.instance());
        backlog = part(new Backlog(clients.base(), base.meters()));
        exchangers = new MailExchangers(
                world.dns(), world.networks(), ThreadLocalRandom.current(), delivery.remotePort(), config.hostname());

        var suppressions = part(new Suppressions(clients, health));
        suppressions.start();
        var accounts = part(
                new CompactedView<>(clients, health, Topics.ACCOUNTS, Directory.Account.class, (id, account) -> {}));
        accounts.start();
        orders = part(new Orders(clients, health, clock));
        orders.start();
        part(new Regularly("orders", Duration.ofMinutes(10), orders::forgetPast));
        flushes = part(new Flushes(clients, health, clock));
        flushes.start();
        part(new Regularly("flushes", Duration.ofMinutes(10), flushes::forgetPast));

        sites = new Sites(world.shaping(), exchangers, orders, delivery.suspend());
        var inForce = flushes.without(orders);
        Blocks blocks = (source, destination) ->
                !inForce.blocks(source, sites.known(destination).orElse(destination));
        pools = new Pools(EgressSettings.of(delivery), config.hostname(), blocks, sites::share, clock);
        routes = new Routes(delivery.routes().orElse(List.of()));
        var ways =
                new Ways(routes, pools, inForce, domain -> sites.known(domain).orElse(""), accounts::get, clock);
        var relay = new Relay(
                exchangers,
                new Security(world.tls(), new SmartHosts(delivery.hosts())),
                world.sessions(),
                session(delivery, part(new Watchdog())),
                new Contents(world.signatures(), part(new BodyReader(clients))),
                returnAddress(config, retry),
                clock);

        var schedule = new RetrySchedule(
                retry.delays(), accounts::get, () -> ThreadLocalRandom.current().nextDouble());
        var settler = new Settler(schedule, new SenderNotices(retry.delayReport()), clock, base.log());
        readAhead = new ReadAhead(delivery);
        var settlements = new Settlements(readAhead, settler, ways);
        var waiting = new WaitingTopic(System::nanoTime);
        var overflow = new Overflow(readAhead, settlements, waiting);
        var automation = new Automation(
                world.rules(),
                id -> orders.get(id).isPresent(),
                order -> Thread.ofVirtual().name("automation").start(() -> orders.give(order)),
                clock);
        var policy = new OrderPolicy(inForce, automation, clock);
        // The group gives us up a session after our last heartbeat, which may be older than the commit that it
        // accepted.
        var membership = new MembershipProof(GroupMember.SESSION.dividedBy(2));
        var known = new KnownDestinations(sites);
        var resting = new RestingMail(settlements, flushes::lastOfSite, clock);
        var attempts = new Attempts(settler, settlements, policy, suppressions, membership, clock, known, resting);
        var destinations = new Destinations(
                settler,
                settlements,
                ways,
                sites,
                known,
                policy,
                flushes,
                readAhead,
                overflow,
                resting,
                new Workers(relay, attempts),
                clock);
        var loopHealth = health.loop(OutboundLoop.DUTY);
        var starts = new StartingPoints(
                clients, loopHealth, GroupMember.group(OutboundLoop.DUTY), PartitionProgress::reach, clock);
        loop = new OutboundLoop(
                clients,
                member,
                destinations,
                new OwnedPartitions(clients, starts, sites, backlog),
                readAhead,
                waiting,
                settlements,
                membership,
                base.log(),
                delivery,
                loopHealth);
        tiers = part(new TierLoop(
                clients,
                member,
                flushes,
                new SiteLookup(routes, sites),
                base.log(),
                backlog,
                health.loop(TierLoop.DUTY),
                clock));
    }

    private static SessionSettings session(DeliveryConfig.Delivery config, Watchdog watchdog) {
        var timeout = config.timeout();
        return new SessionSettings(
                timeout.connect(),
                timeout.greeting(),
                timeout.command(),
                timeout.data(),
                timeout.finalDot(),
                timeout.attempt(),
                new TlsClient(),
                new BrokenTls(config.tls().brokenRest()),
                new RefusedExtensions(EXTENSION_REST),
                watchdog);
    }

    private static Optional<ReturnAddress> returnAddress(DeliveryConfig config, RetrySettings retry) {
        return config.returnDomain()
                .map(domain -> new ReturnAddress(
                        domain,
                        config.returnSecret()
                                .orElseThrow(() -> new IllegalArgumentException(
                                        "milena.return-secret is missing (milena.return-domain needs it)")),
                        retry.lifetime()));
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.add(part);
        return part;
    }

    void start() {
        loop.start();
        tiers.start();
    }

    /** Lets the delay tiers end after what they do just now. */
    void stopTiers() {
        tiers.stop();
    }

    /** Finishes the transactions under way within the grace period, and leaves the group. */
    void leave() {
        loop.close();
    }

    /** Ends everything that {@link #leave()} did not. */
    @Override
    public void close() {
        for (var part : parts.reversed()) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.debugf("closing: %s", e.toString());
            }
        }
    }

    GroupMember member() {
        return member;
    }

    Backlog backlog() {
        return backlog;
    }

    MailExchangers exchangers() {
        return exchangers;
    }

    Orders orders() {
        return orders;
    }

    Flushes flushes() {
        return flushes;
    }

    Sites sites() {
        return sites;
    }

    Pools pools() {
        return pools;
    }

    Routes routes() {
        return routes;
    }

    ReadAhead readAhead() {
        return readAhead;
    }
}
