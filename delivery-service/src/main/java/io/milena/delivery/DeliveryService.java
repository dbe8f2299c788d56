package io.milena.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import io.milena.delivery.content.DirectorySigners;
import io.milena.delivery.content.PlatformKey;
import io.milena.delivery.content.SignatureProvider;
import io.milena.delivery.content.Signatures;
import io.milena.delivery.dns.Dns;
import io.milena.delivery.dns.DnsResolver;
import io.milena.delivery.dns.NetworkPolicy;
import io.milena.delivery.fanout.FanOut;
import io.milena.delivery.operator.queue.ReplicaState;
import io.milena.delivery.outbound.ReadAhead;
import io.milena.delivery.outcome.DeliveryLog;
import io.milena.delivery.progress.CommittedProgress;
import io.milena.delivery.progress.UnusedBodies;
import io.milena.delivery.shaping.ShapingSource;
import io.milena.delivery.tls.StsPolicies;
import io.milena.delivery.tls.StsTopic;
import io.milena.delivery.tls.StsWeb;
import io.milena.delivery.tls.TlsPolicies;
import io.milena.delivery.tls.Trust;
import io.milena.delivery.tlsreport.ReportLoop;
import io.milena.delivery.tlsreport.ReportPoster;
import io.milena.delivery.tlsreport.Submitter;
import io.milena.delivery.tlsreport.TlsSessionTopic;
import io.milena.delivery.tlsreport.TlsSessions;
import io.milena.operator.ConfiguredSecret;
import io.milena.topics.KeyEncryption;
import io.milena.topics.RetrySettings;
import io.milena.topics.kafka.BrokerProbe;
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
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);
    private final ServiceHealth health;
    private final List<AutoCloseable> parts = new ArrayList<>();
    private Optional<Outbound> outbound = Optional.empty();
    private volatile Optional<ShapingSource> shaping = Optional.empty();
    private volatile Optional<DirectorySigners> signers = Optional.empty();
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
        desks.groups().start(clients);
        var signatures = signatures(clients);
        desks.messages().start(clients, () -> CommittedProgress.now(clients.base()), signatures::domains);
        var dns = new DnsResolver(config.dns());
        var networks = new NetworkPolicy(config.delivery().allowedNetworks().orElse(List.of()));
        // Strangers choose the hosts of policies and reports, so exceptions for mail do not hold for the web.
        var web = new NetworkPolicy(config.delivery().webNetworks().orElse(List.of()));
        config.delivery()
                .webNetworks()
                .ifPresent(open -> LOG.warnf("milena.delivery.web-networks lets strangers' DNS lead to %s", open));
        var limits = new ShapingSource(config.delivery().shaping());
        shaping = Optional.of(limits);
        part(new Regularly("shaping", Duration.ofSeconds(2), limits::refresh));
        var out = part(new Outbound(
                config,
                retry,
                new Outbound.Base(clients, health, meters, log, clock),
                new Outbound.World(
                        dns,
                        networks,
                        limits,
                        () -> limits.current().rules(),
                        tlsPolicies(clients, dns, web),
                        tlsSessions(clients, dns),
                        signatures)));
        outbound = Optional.of(out);
        meters.gauge("milena.delivery.held.messages", out.readAhead(), ReadAhead::messages);
        meters.gauge("milena.delivery.held.bytes", out.readAhead(), ReadAhead::octets);
        open(out, clients, limits);

        transfers = new ArrayList<>(List.of(new FanOut(log, clock).loop(clients, out.member(), health, out.backlog())));
        if (reportsTls()) {
            transfers.add(part(new ReportPoster(vertx, dns, web, clock, meters))
                    .loop(clients, out.member(), health, log::deadLetter));
            part(new ReportLoop(clients, out.member(), health, submitter(), meters, clock))
                    .start();
        }
        out.start();
        transfers.forEach(TransferLoop::start);
        var bodies = new UnusedBodies(clients.base(), retry.lifetime(), desks.deadLetters()::oldestOpen, clock);
        part(new Regularly("unused-bodies", Duration.ofHours(1), bodies::delete));
        brokers = Optional.of(part(new BrokerProbe(clients, () -> {})));
        LOG.infof("delivery has begun%s", config.delivery().paused() ? ", paused: nothing is sent" : "");
    }

    /** Opens the desks of operators that look at the outbound side. */
    private void open(Outbound out, KafkaClients clients, ShapingSource limits) {
        desks.flushes().start(out.flushes());
        desks.orders().start(out.orders(), out.pools());
        desks.shaping().start(limits, out.exchangers(), out.routes(), out.sites()::findName);
        part(desks.queues())
                .start(
                        clients,
                        health,
                        () -> new ReplicaState(
                                out.member().unique(),
                                clock.instant(),
                                out.backlog().total(),
                                out.sites().states(clock.instant())));
    }

    private Signatures signatures(KafkaClients clients) {
        var provider = SignatureProvider.fastest();
        var platformKey = PlatformKey.of(config.dkim(), provider, clock);
        var keys = KeyEncryption.parse(ConfiguredSecret.of(
                        KeyEncryption.SETTING,
                        config.keys().encryption(),
                        config.keys().encryptionFile())
                .orElse(""));
        var directory = part(new DirectorySigners(clients, health, keys, provider));
        directory.start();
        meters.gauge("milena.delivery.unusable.keys", directory, DirectorySigners::unusable);
        signers = Optional.of(directory);
        return new Signatures(directory, platformKey, clock);
    }

    private TlsPolicies tlsPolicies(KafkaClients clients, Dns dns, NetworkPolicy web) {
        var tls = config.delivery().tls();
        var trust = Trust.of(tls.trustedCertificates().map(Path::of), "milena.delivery.tls.trusted-certificates");
        return new TlsPolicies(
                dns,
                tls.mtaSts() ? Optional.of(stsPolicies(clients, dns, web, trust)) : Optional.empty(),
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

    private <T extends AutoCloseable> T part(T part) {
        parts.add(part);
        return part;
    }

    void stop(@Observes ShutdownEvent event) {
        outbound.ifPresent(Outbound::stopTiers);
        transfers.forEach(TransferLoop::stop);
        outbound.ifPresent(Outbound::leave);
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

    /** Why the operator's shaping file is not in force. */
    Optional<String> shapingProblem() {
        return shaping.flatMap(ShapingSource::problem);
    }

    /** Why mail of some domains waits for its signature. */
    Optional<String> signingProblem() {
        return signers.flatMap(DirectorySigners::problem);
    }

    ServiceHealth health() {
        return health;
    }

    /** Whether all that it needs is there: brokers that answer, and loops that have not failed since they last worked. */
    boolean ready() {
        return brokers.filter(BrokerProbe::answers).isPresent() && health.works();
    }
}
