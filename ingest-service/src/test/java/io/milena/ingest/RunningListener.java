package io.milena.ingest;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.ingest.connection.ConnectionCounts;
import io.milena.ingest.connection.IngestMetrics;
import io.milena.ingest.connection.LoopbackLimits;
import io.milena.ingest.connection.ReturnRates;
import io.milena.ingest.connection.SharedParts;
import io.milena.ingest.connection.SmtpListener;
import io.milena.ingest.login.AuthClient;
import io.milena.ingest.login.AuthFailures;
import io.milena.ingest.login.Authenticator;
import io.milena.ingest.login.LoginCache;
import io.milena.ingest.message.IncomingMessage;
import io.milena.ingest.message.MailPublisher;
import io.milena.ingest.message.MemoryBudget;
import io.milena.ingest.message.PriorityPolicy;
import io.milena.ingest.message.QueueLifetime;
import io.milena.ingest.message.SenderPolicy;
import io.milena.ingest.message.TagPolicy;
import io.milena.ingest.quota.AuthLeases;
import io.milena.ingest.quota.Quotas;
import io.milena.ingest.quota.VertxTicker;
import io.milena.ingest.tls.HostCertificates;
import io.milena.ingest.tls.SelfSignedCertificate;
import io.milena.ingest.tls.ServedCertificates;
import io.milena.ingest.transcript.TranscriptPlayer;
import io.milena.mail.HeaderScanner;
import io.milena.smtp.CommandParser;
import io.milena.smtp.ContentDecoder.BareNewline;
import io.milena.smtp.Identity;
import io.milena.smtp.Mailbox;
import io.milena.smtp.Network;
import io.milena.smtp.Reply;
import io.milena.smtp.ReversePath;
import io.milena.smtp.SaslExchange;
import io.milena.smtp.SessionLimits;
import io.milena.smtp.SessionPolicy;
import io.milena.testing.FreePorts;
import io.milena.topics.Directory;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.LoopHealth;
import io.milena.topics.kafka.RecordBudget;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A listener on its own, with a broker that answers when the test says so: for what happens when things go wrong. */
final class RunningListener implements AutoCloseable {
    static final int INLINE_LIMIT = 64 * 1024;
    /** As of topics with Kafka's own limit. */
    static final RecordBudget RECORDS =
            RecordBudget.of(KafkaClients.LARGEST_REQUEST, HeaderScanner.MAX_OCTETS, INLINE_LIMIT);

    final Vertx vertx = Vertx.vertx();
    final FakeAuthService authService = new FakeAuthService();
    final MockProducer<byte[], byte[]> producer = new MockProducer<>(
            cluster(), false, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
    final AtomicLong loginTime = new AtomicLong();
    final LoginCache logins = new LoginCache(Duration.ofMinutes(5), loginTime::get);
    final MemoryBudget budget = new MemoryBudget(256 * 1024);
    final IngestMetrics metrics = new IngestMetrics(new SimpleMeterRegistry(), budget);
    final MailPublisher publisher = new MailPublisher(producer, new LoopHealth("publisher"));
    final Map<String, PemKeyCertOptions> hosts;
    final ServedCertificates certificates;
    final SmtpListener listener;
    final int port;
    final int tlsPort;
    final int proxiedPort;
    final int proxiedTlsPort;
    final int screenedPort;
    /** Where clients on this machine are not told of STARTTLS. */
    final int quietPort;

    volatile Optional<Reply> refusal = Optional.empty();

    RunningListener() throws IOException, InterruptedException {
        this(Duration.ofMinutes(5));
    }

    RunningListener(Duration commandTimeout) throws IOException, InterruptedException {
        this(commandTimeout, RECORDS);
    }

    /** In front of topics that take as much as that. */
    RunningListener(Duration commandTimeout, RecordBudget records) throws IOException, InterruptedException {
        this(commandTimeout, records, false);
    }

    /** Takes AUTH in clear from loopback only, as {@code ./milena up} without {@code --live}. */
    static RunningListener ofATrial() throws IOException, InterruptedException {
        return new RunningListener(Duration.ofMinutes(5), RECORDS, true);
    }

    private RunningListener(Duration commandTimeout, RecordBudget records, boolean authRequiresTls)
            throws IOException, InterruptedException {
        var free = FreePorts.take(6);
        port = free[0];
        tlsPort = free[1];
        proxiedPort = free[2];
        proxiedTlsPort = free[3];
        screenedPort = free[4];
        quietPort = free[5];
        hosts = Map.of("smtp.other.test", pair("smtp.other.test"), "*.wild.test", pair("any.wild.test"));
        certificates = new ServedCertificates(new HostCertificates(pair("mx.milena.test"), hosts));
        listener = new SmtpListener(
                service(commandTimeout, records, authRequiresTls),
                new SmtpListener.Ports(
                        "127.0.0.1",
                        List.of(
                                SmtpListener.Port.clear(port),
                                SmtpListener.Port.clear(quietPort),
                                SmtpListener.Port.tls(tlsPort),
                                new SmtpListener.Port(proxiedPort, false, true, Duration.ZERO),
                                new SmtpListener.Port(proxiedTlsPort, true, true, Duration.ZERO),
                                new SmtpListener.Port(screenedPort, false, false, Duration.ofMillis(300))),
                        List.of(Network.parse("127.0.0.1")),
                        true),
                certificates);
        var deployed = vertx.deployVerticle(listener).toCompletionStage().toCompletableFuture();
        await(deployed::isDone);
        // Throws if another has taken a port meanwhile: its listener is not to be taken for ours.
        deployed.join();
    }

    static PemKeyCertOptions pair(String name) throws IOException {
        var made = SelfSignedCertificate.make(name);
        return new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(made.certificateOctets()))
                .addKeyValue(Buffer.buffer(made.keyOctets()));
    }

    private SharedParts service(Duration commandTimeout, RecordBudget records, boolean authRequiresTls) {
        var auth = new AuthClient(vertx, authService.url(), Optional.of(FakeAuthService.TOKEN));
        var limits = new SessionLimits(
                "mx.milena.test",
                30_000_000,
                100,
                records.envelope(),
                20,
                100,
                Duration.ofHours(72),
                SessionLimits.StartTls.ANNOUNCED,
                authRequiresTls,
                SaslExchange.ALL);
        return new SharedParts(
                limits,
                new LoopbackLimits(limits.withAuthInClear(), Set.of(quietPort)),
                new Policy(),
                new CommandParser("mx.milena.test"),
                false,
                new IncomingMessage.Surroundings(
                        publisher,
                        budget,
                        INLINE_LIMIT,
                        limits,
                        records,
                        BareNewline.NORMALIZE,
                        new SenderPolicy(RunningListener::account, name -> Optional.empty()),
                        new PriorityPolicy(RunningListener::account),
                        new TagPolicy(RunningListener::account)),
                new Authenticator(
                        auth, new AuthClient(vertx, authService.url(), Optional.of(FakeAuthService.TOKEN)), logins),
                new Quotas(RunningListener::account, new AuthLeases(auth), new VertxTicker(vertx)),
                new AuthFailures(Duration.ofMillis(1), System::nanoTime),
                new ReturnRates(2, 1000, System::nanoTime),
                new ConnectionCounts(3, 1000),
                metrics,
                Clock.systemUTC(),
                new QueueLifetime(Duration.ofHours(72), RunningListener::account),
                commandTimeout,
                100);
    }

    /** Every account is there, and may send from anything. */
    private static Optional<Directory.Account> account(String id) {
        return Optional.of(new Directory.Account(id, id, "active"));
    }

    /** From now on no login is remembered that was made before. */
    void forgetLogins() {
        loginTime.addAndGet(Duration.ofMinutes(6).toNanos());
    }

    TranscriptPlayer client() {
        return new TranscriptPlayer("127.0.0.1", port, tlsPort, false);
    }

    /** Waits until it is so. */
    static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not come to that within a minute");
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    private static Cluster cluster() {
        var node = new Node(1, "127.0.0.1", 9092);
        var partitions = List.of(Topics.OUTBOUND, Topics.ACCEPTED, Topics.RETURNED, Topics.BODIES).stream()
                .map(topic -> new PartitionInfo(topic, 0, node, new Node[] {node}, new Node[] {node}))
                .toList();
        return new Cluster("test", List.of(node), partitions, Set.of(), Set.of());
    }

    @Override
    public void close() throws InterruptedException {
        await(vertx.close().toCompletionStage().toCompletableFuture()::isDone);
        publisher.close();
        authService.close();
    }

    private final class Policy implements SessionPolicy {
        @Override
        public Optional<Reply> refuses(Identity identity, InetAddress address) {
            return refusal;
        }

        @Override
        public Optional<Reply> refuses(Identity identity, ReversePath reversePath) {
            return Optional.empty();
        }

        @Override
        public boolean issuesReturnAddresses() {
            return true;
        }

        @Override
        public Optional<String> accountOfReturnAddress(Mailbox forwardPath) {
            return forwardPath.domain().equals("return.test") ? Optional.of("a1") : Optional.empty();
        }
    }
}
