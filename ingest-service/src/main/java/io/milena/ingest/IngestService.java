package io.milena.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import io.milena.ingest.connection.ConnectionCounts;
import io.milena.ingest.connection.IngestMetrics;
import io.milena.ingest.connection.LoopbackLimits;
import io.milena.ingest.connection.ReturnRates;
import io.milena.ingest.connection.SharedParts;
import io.milena.ingest.connection.SmtpListener;
import io.milena.ingest.login.AccountDirectory;
import io.milena.ingest.login.AuthClient;
import io.milena.ingest.login.AuthFailures;
import io.milena.ingest.login.Authenticator;
import io.milena.ingest.login.LoginCache;
import io.milena.ingest.message.IncomingMessage;
import io.milena.ingest.message.MailPublisher;
import io.milena.ingest.message.MemoryBudget;
import io.milena.ingest.message.QueueLifetime;
import io.milena.ingest.quota.AuthLeases;
import io.milena.ingest.quota.Quotas;
import io.milena.ingest.quota.VertxTicker;
import io.milena.ingest.tls.KeyMaterial;
import io.milena.ingest.tls.ServedCertificates;
import io.milena.ingest.tls.TlsRehearsal;
import io.milena.mail.HeaderScanner;
import io.milena.smtp.CommandParser;
import io.milena.smtp.ContentDecoder.BareNewline;
import io.milena.smtp.Network;
import io.milena.smtp.SaslExchange;
import io.milena.smtp.SessionLimits;
import io.milena.topics.RetrySettings;
import io.milena.topics.ReturnAddress;
import io.milena.topics.kafka.BrokerProbe;
import io.milena.topics.kafka.KafkaSettings;
import io.milena.topics.kafka.RecordBudget;
import io.milena.topics.kafka.ServiceHealth;
import io.milena.topics.kafka.TopicSetup;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Starts and stops ingest-service. The order keeps its promises: topics, directory and producer first, the listeners
 * last.
 */
@ApplicationScoped
class IngestService {
    private static final Logger LOG = Logger.getLogger(IngestService.class);

    private static final long LARGEST_INLINE = 512 * 1024;

    private final Vertx vertx;
    private final IngestSettings settings;
    private final KafkaSettings kafka;
    private final RetrySettings retry;
    private final MeterRegistry meters;
    private final List<SmtpListener> listeners = new CopyOnWriteArrayList<>();
    private MailPublisher publisher;
    private AccountDirectory directory;
    private AuthClient auth;
    private AuthClient knownClients;
    private AuthClient leases;
    private Authenticator authenticator;
    private Quotas quotas;
    private IngestMetrics metrics;
    private KeyMaterial keys;
    private final ServiceHealth health;
    private BrokerProbe brokers;
    private volatile boolean ready;

    IngestService(
            Vertx vertx, IngestSettings settings, KafkaSettings kafka, RetrySettings retry, MeterRegistry meters) {
        this.vertx = vertx;
        this.settings = settings;
        this.kafka = kafka;
        this.retry = retry;
        this.meters = meters;
        this.health = new ServiceHealth("ingest", meters);
    }

    void start(@Observes @Priority(400) StartupEvent event) throws IOException {
        requireSoundSizes();
        keys = new KeyMaterial(settings.tls(), settings.ownHostname());
        var certificates = new ServedCertificates(keys.read());
        var rehearsal = TlsRehearsal.begin(vertx, certificates);
        var clients = kafka.clients();
        var topics = kafka.topics(retry);
        TopicSetup.ensure(clients.base(), topics, Duration.ofMinutes(2));
        var records = RecordBudget.of(
                clients.limits().smallest(RecordBudget.topics(topics)),
                HeaderScanner.MAX_OCTETS,
                Math.toIntExact(settings.ingest().inlineLimit().asLongValue()));
        var logins = new LoginCache(settings.auth().cache(), System::nanoTime);
        directory = new AccountDirectory(clients, health, logins, returnAddress());
        directory.start();
        var budget = new MemoryBudget(settings.ingest().memory().asLongValue());
        metrics = new IngestMetrics(meters, budget);
        publisher = new MailPublisher(clients.producer(producerSettings()), health.loop("publisher"));
        brokers = new BrokerProbe(clients, publisher::heard);
        auth = new AuthClient(vertx, settings.auth().url(), settings.auth().serviceToken());
        knownClients =
                new AuthClient(vertx, settings.auth().url(), settings.auth().serviceToken());
        authenticator = new Authenticator(auth, knownClients, logins);
        // Connections of its own: a flood of logins must not delay the leases of clients that are logged in.
        leases = new AuthClient(vertx, settings.auth().url(), settings.auth().serviceToken());
        quotas = new Quotas(directory::account, new AuthLeases(leases), new VertxTicker(vertx));
        rehearsal.await();
        listen(sharedParts(budget, records), certificates);
        ready = true;
    }

    private void requireSoundSizes() {
        long inline = settings.ingest().inlineLimit().asLongValue();
        if (inline < 1024 || inline > LARGEST_INLINE) {
            throw new IllegalStateException("milena.ingest.inline-limit is " + inline + " (expected: 1024 to "
                    + LARGEST_INLINE + ", so that a record with its envelope stays below Kafka's 1 MiB)");
        }
        if (settings.ingest().memory().asLongValue() < 4 * inline) {
            throw new IllegalStateException("milena.ingest.memory is too small (expected: 4 inline limits or more)");
        }
    }

    private List<String> mechanisms() {
        var wanted = settings.smtp().mechanisms();
        for (var mechanism : wanted) {
            if (!SaslExchange.ALL.contains(mechanism)) {
                throw new IllegalStateException(
                        "milena.smtp.mechanisms: " + mechanism + " (expected: of " + SaslExchange.ALL + ")");
            }
        }
        boolean tokens = settings.oidc().issuer().isPresent();
        return wanted.stream()
                .filter(mechanism -> tokens || !mechanism.equals("OAUTHBEARER") && !mechanism.equals("XOAUTH2"))
                .toList();
    }

    private Optional<ReturnAddress> returnAddress() {
        if (settings.returnDomain().isPresent() != settings.returnSecret().isPresent()) {
            throw new IllegalStateException(
                    "milena.return-domain and milena.return-secret go together: one of them is missing");
        }
        return settings.returnDomain()
                .flatMap(domain ->
                        settings.returnSecret().map(secret -> new ReturnAddress(domain, secret, retry.lifetime())));
    }

    /**
     * The producer's own memory is more than the budget can fill, even with half-empty batches, so that {@code send}
     * never waits for memory.
     */
    private Map<String, Object> producerSettings() {
        return Map.of(
                "client.id", "ingest",
                "buffer.memory", 2 * settings.ingest().memory().asLongValue() + 32L * 1024 * 1024,
                "delivery.timeout.ms", 30_000,
                "request.timeout.ms", 10_000,
                "max.block.ms", 10_000);
    }

    private SharedParts sharedParts(MemoryBudget budget, RecordBudget records) {
        var smtp = settings.smtp();
        var hostname = settings.ownHostname();
        var limits = new SessionLimits(
                hostname,
                smtp.maxMessageSize().asLongValue(),
                smtp.maxRecipients(),
                records.envelope(),
                smtp.maxErrors(),
                smtp.maxJunkCommands(),
                retry.lifetime(),
                SessionLimits.StartTls.ANNOUNCED,
                smtp.authRequiresTls(),
                mechanisms());
        return new SharedParts(
                limits,
                new LoopbackLimits(
                        smtp.authInClearFromLoopback() ? limits.withAuthInClear() : limits,
                        Set.copyOf(smtp.unannouncedStarttlsPorts().orElse(List.of()))),
                directory,
                new CommandParser(hostname),
                settings.ingest().bareNewline() == BareNewline.REJECT,
                new IncomingMessage.Surroundings(
                        publisher,
                        budget,
                        Math.min(Math.toIntExact(settings.ingest().inlineLimit().asLongValue()), records.content()),
                        limits,
                        records,
                        settings.ingest().bareNewline(),
                        directory.senders(),
                        directory.priorities(),
                        directory.tags()),
                authenticator,
                quotas,
                new AuthFailures(smtp.authFailureDelay(), System::nanoTime),
                new ReturnRates(smtp.returnsPerAddress(), smtp.returnsPerClient(), System::nanoTime),
                new ConnectionCounts(smtp.connectionsPerAddress(), smtp.connections()),
                metrics,
                Clock.systemUTC(),
                new QueueLifetime(retry.lifetime(), directory::account),
                smtp.commandTimeout(),
                smtp.minDataRate());
    }

    private void listen(SharedParts shared, ServedCertificates certificates) {
        var smtp = settings.smtp();
        var ports = ports(smtp, settings.tls().clientCertificates());
        int instances = Runtime.getRuntime().availableProcessors();
        try {
            vertx.deployVerticle(
                            () -> {
                                var listener = new SmtpListener(shared, ports, certificates);
                                listeners.add(listener);
                                return listener;
                            },
                            new DeploymentOptions().setInstances(instances))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        }
        if (keys.comesFromFiles()) {
            vertx.setPeriodic(
                    settings.tls().reloadInterval().toMillis(),
                    timer -> vertx.executeBlocking(() -> reload(certificates)));
        }
        LOG.infof("SMTP on %s, ports %s, with TLS %s", ports.host(), numbers(ports, false), numbers(ports, true));
    }

    private static List<Integer> numbers(SmtpListener.Ports ports, boolean tls) {
        return ports.ports().stream()
                .filter(port -> port.tls() == tls)
                .map(SmtpListener.Port::number)
                .toList();
    }

    private static SmtpListener.Ports ports(IngestSettings.Smtp smtp, boolean clientCertificates) {
        var screened = smtp.screenedPorts().orElse(List.of());
        var proxied = smtp.proxy().ports().orElse(List.of());
        var proxiedTls = smtp.proxy().tlsPorts().orElse(List.of());
        var peers = smtp.proxy().peers().orElse(List.of());
        if (peers.isEmpty() != (proxied.isEmpty() && proxiedTls.isEmpty())) {
            throw new IllegalStateException(
                    "milena.smtp.proxy.peers and milena.smtp.proxy.ports or tls-ports go together: one of them is"
                            + " missing");
        }
        var all = new ArrayList<SmtpListener.Port>();
        smtp.ports().forEach(port -> all.add(clear(port, false, screened, smtp)));
        proxied.forEach(port -> all.add(clear(port, true, screened, smtp)));
        smtp.tlsPorts().orElse(List.of()).forEach(port -> all.add(SmtpListener.Port.tls(port)));
        proxiedTls.forEach(port -> all.add(new SmtpListener.Port(port, true, true, Duration.ZERO)));
        var numbers = new HashSet<Integer>();
        for (var port : all) {
            if (!numbers.add(port.number())) {
                throw new IllegalStateException("SMTP port " + port.number() + " is configured twice");
            }
        }
        return new SmtpListener.Ports(
                smtp.host(), all, peers.stream().map(Network::parse).toList(), clientCertificates);
    }

    private static SmtpListener.Port clear(
            int port, boolean proxied, List<Integer> screened, IngestSettings.Smtp smtp) {
        return new SmtpListener.Port(
                port, false, proxied, screened.contains(port) ? smtp.screeningDelay() : Duration.ZERO);
    }

    private synchronized Void reload(ServedCertificates certificates) {
        try {
            keys.changed().ifPresent(changed -> {
                certificates.use(changed);
                LOG.info("a new certificate is in use for connections from now on");
            });
        } catch (IOException | RuntimeException e) {
            LOG.warnf("certificates cannot be read again, the present ones stay in use: %s", e.toString());
        }
        return null;
    }

    /** Whether mail can be taken: the ports are open, brokers answer, and the last records were published. */
    boolean ready() {
        return ready && brokers.answers() && health.works();
    }

    ServiceHealth health() {
        return health;
    }

    /**
     * A lease that is not given back is lost to all: a share of a rate for ten seconds, messages of a day until
     * midnight UTC.
     */
    private void giveLeasesBack() {
        try {
            quotas.close().toCompletionStage().toCompletableFuture().get(2, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf("some leases could not be given back: %s", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        ready = false;
        if (metrics != null) {
            listeners.forEach(listener -> listener.onEventLoop(listener::shutDown));
            long end = System.nanoTime() + settings.smtp().shutdownGrace().toNanos();
            while (metrics.sessions() > 0 && System.nanoTime() < end) {
                Thread.sleep(20);
            }
        }
        if (publisher != null) {
            brokers.close();
            publisher.close();
        }
        if (auth != null) {
            giveLeasesBack();
            leases.close();
            knownClients.close();
            auth.close();
        }
        if (directory != null) {
            directory.close();
        }
    }
}
