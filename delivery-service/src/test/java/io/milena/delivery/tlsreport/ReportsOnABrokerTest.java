package io.milena.delivery.tlsreport;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.delivery.KafkaProxy;
import io.milena.delivery.TestBroker;
import io.milena.delivery.dns.FakeDns;
import io.milena.delivery.dns.NetworkPolicy;
import io.milena.delivery.remote.Cause;
import io.milena.delivery.remote.RemoteHost;
import io.milena.delivery.tls.PublishedPolicy;
import io.milena.delivery.tls.TestCertificates;
import io.milena.delivery.tls.TlsFailure;
import io.milena.topics.Json;
import io.milena.topics.MailRecord;
import io.milena.topics.Topics;
import io.milena.topics.kafka.GroupMember;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.ServiceHealth;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Sessions written, a day that passes, reports mailed and posted: on a real broker, with a clock that the test sets.
 */
class ReportsOnABrokerTest {
    private static final Submitter SUBMITTER = Submitter.of("mta.example.org", Optional.empty(), Optional.empty());
    private static final TopicPartition SESSIONS = new TopicPartition(Topics.TLS_SESSIONS, 0);
    private static final Vertx VERTX = Vertx.vertx();

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SteppedClock clock = new SteppedClock("2026-11-23T12:00:00Z");

    @AfterAll
    static void end() {
        VERTX.close();
    }

    @Test
    void aDayIsReportedOnceThoughItsReaderIsStartedAnew() throws Exception {
        try (var broker = TestBroker.fresh()) {
            var clients = broker.clients();
            write(
                    clients,
                    Sessions.good("2026-11-23T11:00:00Z", "one.example", "mailto:r@one.example"),
                    Sessions.good("2026-11-23T11:30:00Z", "two.example", "mailto:r@collector.example"));
            try (var loop = loop(clients)) {
                await(() -> sessions("counted") == 2);
            }
            assertThat(committed(clients).map(OffsetAndMetadata::offset)).contains(0L);

            write(
                    clients,
                    Sessions.bad(
                            "2026-11-23T23:59:59Z",
                            "one.example",
                            TlsFailure.Type.STARTTLS_NOT_SUPPORTED,
                            "no",
                            "mailto:r@one.example"),
                    Sessions.good("2026-11-24T00:00:00Z", "one.example", "mailto:r@one.example"));
            clock.goOn(Duration.ofHours(16));
            try (var loop = loop(clients)) {
                await(() -> committed(clients)
                        .filter(progress -> progress.offset() > 0)
                        .isPresent());
                assertThat(committed(clients).map(OffsetAndMetadata::offset)).contains(3L);
            }
            // Restarted at the committed offset: the next day's sessions are there, and no report of the last day.
            clock.goOn(Duration.ofHours(24));
            try (var loop = loop(clients)) {
                await(() -> committed(clients)
                        .filter(progress -> progress.offset() == 4)
                        .isPresent());
            }

            var mails = records(clients, Topics.OUTBOUND).stream()
                    .map(record -> new String(record.key(), StandardCharsets.UTF_8) + " "
                            + MailRecord.from(record)
                                    .envelope()
                                    .recipients()
                                    .getFirst()
                                    .forwardPath() + " "
                            + header(MailRecord.from(record), "Report-ID"))
                    .toList();
            assertThat(mails)
                    .containsExactly(
                            "one.example r@one.example <2026-11-23.0.one.example@mta.example.org>",
                            "collector.example r@collector.example <2026-11-23.0.two.example@mta.example.org>",
                            "one.example r@one.example <2026-11-24.0.one.example@mta.example.org>");
        }
    }

    /** A producer waits seconds for the answer that does not come. */
    @Test
    void aDayIsReportedOnceThoughTheAnswerToItsCommitIsLost() throws Exception {
        try (var broker = TestBroker.fresh();
                var proxy = new KafkaProxy(broker.kafka().bootstrapServers())) {
            write(broker.clients(), Sessions.good("2026-11-23T11:00:00Z", "one.example", "mailto:r@one.example"));
            try (var loop = loop(proxy.clients(), GroupMember.of(Optional.of("first")))) {
                await(() -> sessions("counted") == 1);
                proxy.loseCommit("milena-tls-reports-first");
                clock.goOn(Duration.ofHours(16));
                await(proxy::hasLost);
                // The next day is reported behind all that is written again.
                write(broker.clients(), Sessions.good("2026-11-24T00:00:00Z", "two.example", "mailto:r@two.example"));
                clock.goOn(Duration.ofHours(24));
                await(() -> committed(broker.clients())
                        .filter(progress -> progress.offset() == 2)
                        .isPresent());
            }
            assertThat(records(broker.clients(), Topics.OUTBOUND))
                    .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
                    .containsExactly("one.example", "two.example");
        }
    }

    @Test
    void aReportIsPostedToAnyCertificateAndAgainIfItWasNotTaken() throws Exception {
        var posted = new CopyOnWriteArrayList<String>();
        var server = VERTX.createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(KeyCertOptions.wrap(TestCertificates.SELF_SIGNED.keyManager())))
                .requestHandler(request -> request.body().onSuccess(body -> {
                    posted.add(request.method() + " " + request.authority().host() + request.uri() + " "
                            + request.getHeader("Content-Type") + " " + body.toString(StandardCharsets.US_ASCII));
                    request.response()
                            .setStatusCode(posted.size() == 1 ? 503 : 201)
                            .end();
                }))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        var dns = new FakeDns().address("collector.example", "127.0.0.1");
        var uri = "https://collector.example:" + server.actualPort() + "/tlsrpt?key=1";
        try (var broker = TestBroker.fresh();
                var poster = new ReportPoster(VERTX, dns, new NetworkPolicy(List.of("127.0.0.0/8")), clock, meters);
                var loop = poster.loop(
                        broker.clients(),
                        GroupMember.of(Optional.empty()),
                        new ServiceHealth("test", new SimpleMeterRegistry()),
                        (record, reason) -> posted.add("dead"))) {
            try (var producer = broker.clients().producer(Map.of())) {
                var to = (ReportUri.Post) ReportUri.parse(uri).orElseThrow();
                producer.send(ReportPost.first("one.example", to, clock.instant())
                        .record("gzip".getBytes(StandardCharsets.US_ASCII)));
            }
            loop.start();
            await(() -> records(broker.clients(), Topics.TLS_REPORTS).size() == 2);
            assertThat(posted).hasSize(1);
            clock.goOn(Duration.ofMinutes(10));
            await(() -> meters.counter("milena.delivery.tls.report.posts", "result", "posted")
                            .count()
                    == 1);
            assertThat(posted)
                    .hasSize(2)
                    .allMatch(("POST collector.example/tlsrpt?key=1 application/tlsrpt+gzip gzip")::equals);
        } finally {
            server.close().toCompletionStage().toCompletableFuture().get();
        }
    }

    @Test
    void onlyDomainsThatAskForReportsAreWrittenDown() throws Exception {
        var dns = new FakeDns().text("_smtp._tls.one.example", "v=TLSRPTv1; rua=mailto:r@one.example");
        var host = new RemoteHost("mx.one.example", InetAddress.getByName("192.0.2.1"), 25);
        var failure = new TlsFailure(TlsFailure.Type.DNSSEC_INVALID, "kept back");
        try (var broker = TestBroker.fresh()) {
            try (var sessions = new TlsSessionTopic(broker.clients(), dns, meters, clock)) {
                for (var domain : List.of("two.example", "[192.0.2.1]", "one.example")) {
                    sessions.forbidden(
                            domain,
                            new PublishedPolicy(PublishedPolicy.Type.TLSA, "mx.one.example", List.of(), List.of()),
                            new Cause.Insecure(Optional.of(host), "4.7.5", "dane", failure));
                }
                await(() -> sessions("written") == 1);
            }
            assertThat(records(broker.clients(), Topics.TLS_SESSIONS))
                    .singleElement()
                    .satisfies(record -> assertThat(Json.read(record.value(), TlsSession.class))
                            .isEqualTo(new TlsSession(
                                    clock.instant(),
                                    "one.example",
                                    List.of("mailto:r@one.example"),
                                    new PublishedPolicy(
                                            PublishedPolicy.Type.TLSA, "mx.one.example", List.of(), List.of()),
                                    Optional.empty(),
                                    "mx.one.example",
                                    "192.0.2.1",
                                    Optional.of(failure))));
        }
    }

    private ReportLoop loop(KafkaClients clients) {
        return loop(clients, GroupMember.of(Optional.empty()));
    }

    private ReportLoop loop(KafkaClients clients, GroupMember member) {
        var loop = new ReportLoop(
                clients, member, new ServiceHealth("test", new SimpleMeterRegistry()), SUBMITTER, meters, clock);
        loop.start();
        return loop;
    }

    private double sessions(String result) {
        return meters.counter("milena.delivery.tls.sessions", "result", result).count();
    }

    private static void write(KafkaClients clients, TlsSession... sessions) {
        try (var producer = clients.producer(Map.of())) {
            for (var session : sessions) {
                producer.send(new ProducerRecord<>(
                        Topics.TLS_SESSIONS, session.domain().getBytes(StandardCharsets.UTF_8), Json.write(session)));
            }
        }
    }

    private static Optional<OffsetAndMetadata> committed(KafkaClients clients) {
        try (var admin = Admin.create(clients.base())) {
            return Optional.ofNullable(admin.listConsumerGroupOffsets("milena-tls-reports")
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .get(SESSIONS));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** All that is there now. */
    private static List<ConsumerRecord<byte[], byte[]>> records(KafkaClients clients, String topic) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        var partition = new TopicPartition(topic, 0);
        try (var consumer = clients.reader(Map.of())) {
            consumer.assign(Set.of(partition));
            long end = consumer.endOffsets(Set.of(partition)).get(partition);
            consumer.seekToBeginning(Set.of(partition));
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
        }
        return records;
    }

    private static String header(MailRecord mail, String word) {
        var header = new String(mail.content(), 0, mail.envelope().content().headerLength(), StandardCharsets.US_ASCII);
        return header.lines()
                .filter(line -> line.contains(word + ": "))
                .map(line -> line.substring(line.indexOf(word) + word.length() + 2))
                .collect(Collectors.joining());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(20);
        }
    }
}
