package io.milena.delivery.tlsreport;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.milena.delivery.dns.Dns;
import io.milena.delivery.remote.Cause;
import io.milena.delivery.remote.NextHop;
import io.milena.delivery.remote.Opening;
import io.milena.delivery.remote.RemoteHost;
import io.milena.delivery.tls.PublishedPolicy;
import io.milena.delivery.tls.TlsFailure;
import io.milena.smtp.DomainName;
import io.milena.topics.Json;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * Writes to {@link Topics#TLS_SESSIONS} how connections were secured, for domains that ask for reports (RFC 8460 §3).
 * It works beside delivery, on a bounded number of virtual threads; sessions beyond that, or beyond what Kafka takes,
 * are missing in the report. Thread-safe.
 */
public final class TlsSessionTopic implements TlsSessions, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TlsSessionTopic.class);
    private static final int MOST_AT_ONCE = 1000;
    /** The message asked for more than the domain publishes (RFC 8689 §4.2.1). */
    private static final String MESSAGE_ASKS = "5.7.30";

    private final Dns dns;
    private final Clock clock;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Counter written;
    private final Counter lost;
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);

    public TlsSessionTopic(KafkaClients clients, Dns dns, MeterRegistry meters, Clock clock) {
        this.dns = dns;
        this.clock = clock;
        this.producer = clients.producer(Map.of(
                "client.id",
                "tls-sessions",
                "buffer.memory",
                4L * 1024 * 1024,
                "linger.ms",
                500,
                "compression.type",
                "gzip",
                "max.block.ms",
                5_000));
        this.written = counter(meters, "written");
        this.lost = counter(meters, "lost");
    }

    private static Counter counter(MeterRegistry meters, String result) {
        return Counter.builder("milena.delivery.tls.sessions")
                .description("connections to domains that ask for TLS reports, told to the report or lost to it")
                .tag("result", result)
                .register(meters);
    }

    @Override
    public void opened(String domain, NextHop hop, PublishedPolicy published, Opening.Opened opened) {
        switch (opened) {
            case Opening.Ready(var session) ->
                tell(
                        domain,
                        hop.host(),
                        published,
                        Optional.of(session.localAddress()),
                        session.security().failure());
            case Opening.Refused(Cause.Insecure cause, var from) -> {
                if (!cause.status().equals(MESSAGE_ASKS)) {
                    tell(domain, hop.host(), published, from, Optional.of(cause.failure()));
                }
            }
            // RFC 8460 §4.3.4: a failure unrelated to TLS need not be reported; only a missing policy still is.
            case Opening.Refused refused ->
                hop.told().ifPresent(told -> tell(domain, hop.host(), published, refused.from(), Optional.of(told)));
        }
    }

    @Override
    public void forbidden(String domain, PublishedPolicy published, Cause.Insecure cause) {
        cause.host().ifPresent(host -> tell(domain, host, published, Optional.empty(), Optional.of(cause.failure())));
    }

    private void tell(
            String domain,
            RemoteHost host,
            PublishedPolicy published,
            Optional<InetAddress> from,
            Optional<TlsFailure> failure) {
        // An address literal publishes nothing.
        if (DomainName.parse(domain).isEmpty()) {
            return;
        }
        if (!room.tryAcquire()) {
            lost.increment();
            return;
        }
        var time = clock.instant();
        Thread.ofVirtual().name("tls-session").start(() -> {
            try {
                asked(domain)
                        .map(rua -> new TlsSession(
                                time,
                                domain,
                                rua,
                                published,
                                from.map(TlsSession::text),
                                host.name(),
                                TlsSession.text(host.address()),
                                failure))
                        .ifPresent(this::write);
            } catch (RuntimeException e) {
                lost(domain, e);
            } finally {
                room.release();
            }
        });
    }

    private Optional<List<String>> asked(String domain) {
        return dns.texts("_smtp._tls." + domain) instanceof Dns.Records<String> found
                ? ReportRecord.of(found.records())
                        .map(record ->
                                record.uris().stream().map(ReportUri::text).toList())
                : Optional.empty();
    }

    private void write(TlsSession session) {
        var key = session.domain().getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(Topics.TLS_SESSIONS, key, Json.write(session)), (metadata, failure) -> {
            if (failure == null) {
                written.increment();
            } else {
                lost(session.domain(), failure);
            }
        });
    }

    private void lost(String domain, Exception failure) {
        lost.increment();
        LOG.debugf("a connection to %s will not be in its TLS report: %s", domain, failure.toString());
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
