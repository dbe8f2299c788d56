package io.milena.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import io.milena.delivery.content.BodyReader;
import io.milena.delivery.content.Contents;
import io.milena.delivery.content.DirectorySigners;
import io.milena.delivery.content.PlatformKey;
import io.milena.delivery.content.SignatureProvider;
import io.milena.delivery.content.Signatures;
import io.milena.delivery.dns.Dns;
import io.milena.delivery.dns.DnsResolver;
import io.milena.delivery.dns.NetworkPolicy;
import io.milena.delivery.egress.Blocks;
import io.milena.delivery.egress.Pools;
import io.milena.delivery.fanout.FanOut;
import io.milena.delivery.operator.queue.ReplicaState;
import io.milena.delivery.order.Automation;
import io.milena.delivery.order.Flushes;
import io.milena.delivery.order.Orders;
import io.milena.delivery.order.StandingOrders;
import io.milena.delivery.outbound.Destinations;
import io.milena.delivery.outbound.OrderPolicy;
import io.milena.delivery.outbound.OutboundLoop;
import io.milena.delivery.outbound.MembershipProof;
import io.milena.delivery.outbound.ReadAhead;
import io.milena.delivery.outbound.Suppressions;
import io.milena.delivery.outcome.DeliveryLog;
import io.milena.delivery.outcome.SenderNotices;
import io.milena.delivery.outcome.RetrySchedule;
import io.milena.delivery.outcome.Settler;
import io.milena.delivery.progress.Backlog;
import io.milena.delivery.progress.CommittedProgress;
import io.milena.delivery.relay.Relay;
import io.milena.delivery.relay.Security;
import io.milena.delivery.relay.SmartHosts;
import io.milena.delivery.remote.BrokenTls;
import io.milena.delivery.remote.SessionSettings;
import io.milena.delivery.remote.Watchdog;
import io.milena.delivery.tlsreport.ReportLoop;
import io.milena.delivery.tlsreport.ReportPoster;
import io.milena.delivery.tlsreport.Submitter;
import io.milena.delivery.tlsreport.TlsSessionTopic;
import io.milena.delivery.tlsreport.TlsSessions;
import io.milena.delivery.route.MailExchangers;
import io.milena.delivery.route.Routes;
import io.milena.delivery.route.Ways;
import io.milena.delivery.shaping.ShapingSource;
import io.milena.delivery.site.Sites;
import io.milena.delivery.tier.TierLoop;
import io.milena.delivery.tier.SiteLookup;
import io.milena.delivery.tls.StsPolicies;
import io.milena.delivery.tls.StsTopic;
import io.milena.delivery.tls.StsWeb;
import io.milena.delivery.tls.TlsClient;
import io.milena.delivery.tls.TlsPolicies;
import io.milena.delivery.tls.Trust;
import io.milena.topics.Directory;
import io.milena.topics.RetrySettings;
import io.milena.topics.ReturnAddress;
import io.milena.topics.Topics;
import io.milena.topics.kafka.BrokerProbe;
import io.milena.topics.kafka.CompactedView;
import io.milena.topics.kafka.GroupMember;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.KafkaSettings;
import io.milena.topics.kafka.Regularly;
import io.milena.topics.kafka.ServiceHealth;
import io.milena.topics.kafka.TopicSetup;
import io.milena.topics.kafka.TransferLoop;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;

/** Puts delivery-service together, starts its loops once the topics are there, and stops them in order. */
@ApplicationScoped
public class DeliveryService {
    private static final Logger LOG = Logger.getLogger(DeliveryService.class);

    private final DeliveryConfig config;
    private final KafkaSettings kafka;
    private final RetrySettings retry;
    private final MeterRegistry meters;
    private final Vertx vertx;
    private final Desks desks;
    private final Clock clock = Clock.systemUTC();
    /** The group gives us up a session after our last heartbeat, and that may be older than the commit that it accepted. */
    private final MembershipProof pulse = new MembershipProof(GroupMember.SESSION.dividedBy(2));

    private final ServiceHealth health;
    private final List<AutoCloseable> parts = new ArrayList<>();
    private Optional<OutboundLoop> outbound = Optional.empty();
    private Optional<TierLoop> tiers = Optional.empty();
    private List<TransferLoop> transfers = List.of();
    private volatile Optional<BrokerProbe> brokers = Optional.empty();

    DeliveryService(
            DeliveryConfig config,
            KafkaSettings kafka,
            RetrySettings retry,
            MeterRegistry meters,
            Vertx vertx,
            Desks desks) {
        this.config = config;
        this.kafka = kafka;
        this.retry = retry;
        this.meters = meters;
        this.vertx = vertx;
        this.desks = desks;
        this.health = new ServiceHealth("delivery", meters);
    }

    void start(@Observes @Priority(300) StartupEvent event) {
        var clients = kafka.clients();
        TopicSetup.ensure(clients.base(), kafka.topics(retry), Duration.ofMinutes(2));

        var log = new DeliveryLog(meters);
        part(desks.deadLetters()).start(clients, log::outcomes);
        desks.messages().start(clients, () -> CommittedProgress.now(clients.base()));
        var watchdog = part(new Watchdog());
        var provider = SignatureProvider.fastest();
        var platformKey = PlatformKey.of(config.dkim(), provider, clock);
        var signers = part(new DirectorySigners(clients, health, provider));
        signers.start();
        var suppressions = part(new Suppressions(clients, health));
        suppressions.start();
        var dns = new DnsResolver(config.dns());
        var networks = new NetworkPolicy(config.delivery().allowedNetworks().orElse(List.of()));
        var bodies = part(new BodyReader(clients));
        var backlog = part(new Backlog(clients.base(), meters));
        var accounts = part(
                new CompactedView<>(clients, health, Topics.ACCOUNTS, Directory.Account.class, (id, account) -> {}));
        accounts.start();
        var schedule = new RetrySchedule(
                retry.delays(), accounts::get, () -> ThreadLocalRandom.current().nextDouble());
        var exchangers = new MailExchangers(
                dns, networks, ThreadLocalRandom.current(), config.delivery().remotePort(), config.hostname());
        var shaping = new ShapingSource(config.delivery().shaping());
        part(new Regularly("shaping", Duration.ofSeconds(2), shaping::refresh));
        var orders = part(new Orders(clients, health, clock));
        orders.start();
        part(new Regularly("orders", Duration.ofMinutes(10), orders::forgetPast));
        var flushes = part(new Flushes(clients, health, clock));
        flushes.start();
        part(new Regularly("flushes", Duration.ofMinutes(10), flushes::forgetPast));
        desks.flushes().start(flushes);
        var sites = new Sites(shaping, exchangers, orders, config.delivery().suspend());
        var pools = pools(sites, orders);
        desks.orders().start(orders, pools);
        var automation = new Automation(
                () -> shaping.current().rules(),
                id -> orders.get(id).isPresent(),
                order -> Thread.ofVirtual().name("automation").start(() -> orders.give(order)),
                clock);
        var routes = new Routes(config.delivery().routes().orElse(List.of()));
        desks.shaping().start(shaping, exchangers, routes, sites::name);
        var ways = new Ways(routes, pools, orders, domain -> sites.known(domain).orElse(""), accounts::get);
        var relay = new Relay(
                exchangers,
                new Security(
                        tlsPolicies(clients, dns, networks),
                        new SmartHosts(config.delivery().hosts())),
                tlsSessions(clients, dns),
                session(watchdog),
                new Contents(new Signatures(signers, platformKey, clock), bodies),
                returnAddress(),
                clock);
        var destinations = new Destinations(
                config.delivery(),
                new Settler(schedule, new SenderNotices(retry.delayReport()), clock, log),
                ways,
                sites,
                new OrderPolicy(orders, automation, clock),
                flushes,
                relay,
                suppressions,
                clock,
                pulse);
        meters.gauge("milena.delivery.held.messages", destinations.readAhead(), ReadAhead::messages);
        meters.gauge("milena.delivery.held.bytes", destinations.readAhead(), ReadAhead::octets);

        var member = GroupMember.of(config.instance());
        part(desks.queues())
                .start(
                        clients,
                        health,
                        () -> new ReplicaState(
                                member.unique(), clock.instant(), backlog.total(), sites.states(clock.instant())));
        var loop = new OutboundLoop(clients, member, destinations, log, backlog, config.delivery(), health);
        outbound = Optional.of(loop);
        var whereabouts = new SiteLookup(routes, sites);
        tiers = Optional.of(part(
                new TierLoop(clients, member, flushes, whereabouts, log, backlog, health.loop(TierLoop.DUTY), clock)));
        transfers = new ArrayList<>(List.of(new FanOut(log, clock).loop(clients, member, health, backlog)));
        if (reportsTls()) {
            transfers.add(part(new ReportPoster(vertx, dns, networks, clock, meters))
                    .loop(clients, member, health, log::deadLetter));
            part(new ReportLoop(clients, member, health, submitter(), meters, clock))
                    .start();
        }
        loop.start();
        tiers.ifPresent(TierLoop::start);
        transfers.forEach(TransferLoop::start);
        brokers = Optional.of(part(new BrokerProbe(clients, () -> {})));
        LOG.infof("delivery has begun%s", config.delivery().paused() ? ", paused: nothing is sent" : "");
    }

    private TlsPolicies tlsPolicies(KafkaClients clients, Dns dns, NetworkPolicy networks) {
        var tls = config.delivery().tls();
        var trust = Trust.of(tls.trustedCertificates().map(Path::of), "milena.delivery.tls.trusted-certificates");
        return new TlsPolicies(
                dns,
                tls.mtaSts() ? Optional.of(stsPolicies(clients, dns, networks, trust)) : Optional.empty(),
                trust,
                tls.level(),
                tls.domains());
    }

    private StsPolicies stsPolicies(KafkaClients clients, Dns dns, NetworkPolicy networks, Trust trust) {
        var topic = part(new StsTopic(clients, health));
        topic.start();
        var web = part(
                new StsWeb(vertx, dns, networks, trust, config.delivery().tls().mtaStsPort()));
        var policies = StsPolicies.of(dns, web, topic, clock);
        part(new Regularly("mta-sts-refresh", Duration.ofHours(1), policies::refresh));
        return policies;
    }

    private TlsSessions tlsSessions(KafkaClients clients, Dns dns) {
        return reportsTls() ? part(new TlsSessionTopic(clients, dns, meters, clock)) : TlsSessions.UNTOLD;
    }

    private boolean reportsTls() {
        return config.delivery().tlsReports().enabled() && submitter().isPublic();
    }

    private Submitter submitter() {
        var reports = config.delivery().tlsReports();
        return Submitter.of(config.hostname(), reports.organization(), reports.contact());
    }

    private SessionSettings session(Watchdog watchdog) {
        var timeout = config.delivery().timeout();
        return new SessionSettings(
                timeout.connect(),
                timeout.greeting(),
                timeout.command(),
                timeout.data(),
                timeout.finalDot(),
                timeout.attempt(),
                new TlsClient(),
                new BrokenTls(config.delivery().tls().brokenRest()),
                watchdog);
    }

    private Pools pools(Sites sites, StandingOrders orders) {
        Blocks blocks = (source, destination) ->
                !orders.blocks(source, sites.known(destination).orElse(destination));
        return new Pools(EgressSettings.of(config.delivery()), config.hostname(), blocks, sites::share, clock);
    }

    private Optional<ReturnAddress> returnAddress() {
        return config.returnDomain()
                .map(domain -> new ReturnAddress(
                        domain,
                        config.returnSecret()
                                .orElseThrow(() -> new IllegalArgumentException(
                                        "milena.return-secret is missing (milena.return-domain needs it)"))));
    }

    private <T extends AutoCloseable> T part(T part) {
        parts.add(part);
        return part;
    }

    void stop(@Observes ShutdownEvent event) {
        tiers.ifPresent(TierLoop::stop);
        transfers.forEach(TransferLoop::stop);
        outbound.ifPresent(OutboundLoop::close);
        transfers.forEach(TransferLoop::close);
        for (var part : parts.reversed()) {
            close(part);
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.debugf("closing: %s", e.toString());
        }
    }

    ServiceHealth health() {
        return health;
    }

    /** Whether all that it needs is there: brokers that answer, and loops that have not failed since they last worked. */
    boolean ready() {
        return brokers.filter(BrokerProbe::answers).isPresent() && health.works();
    }
}
