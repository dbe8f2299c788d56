package io.milena.delivery.tlsreport;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.MeterRegistry;
import io.milena.delivery.dns.Dns;
import io.milena.delivery.dns.NetworkPolicy;
import io.milena.delivery.web.ForeignWeb;
import io.milena.topics.Topics;
import io.milena.topics.kafka.GroupMember;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.ServiceHealth;
import io.milena.topics.kafka.TransferLoop;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/**
 * Posts reports (RFC 8460 §5.4) from {@link Topics#TLS_REPORTS}, at least once; a report that was not taken goes back
 * into the topic until a day is over. Confined to its loop's thread, which it blocks.
 */
public final class ReportPoster implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ReportPoster.class);
    private static final Duration LIMIT = Duration.ofSeconds(20);
    /**
     * Posts in one turn: with their time limit less than the minute after which a loop that commits nothing is stalled.
     */
    private static final int POSTS_PER_TURN = 2;
    /** How long other posts to a host that does not answer wait: it delays one post, not all of a night. */
    private static final Duration SILENT = Duration.ofMinutes(5);

    private final ForeignWeb web;
    private final Clock clock;
    private final MeterRegistry meters;
    private final Cache<String, String> silent =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(SILENT).build();

    /** The result of a post. */
    private sealed interface Answer {
        record Taken() implements Answer {}

        record NotTaken(String reason) implements Answer {}

        record Silent(String reason) implements Answer {}
    }

    public ReportPoster(Vertx vertx, Dns dns, NetworkPolicy networks, Clock clock, MeterRegistry meters) {
        // RFC 8460 §3: certificates need not be valid; a domain with broken TLS should learn of it.
        var anyCertificate = new HttpClientOptions().setTrustAll(true).setVerifyHost(false);
        this.web = new ForeignWeb(vertx, dns, networks, anyCertificate, LIMIT);
        this.clock = clock;
        this.meters = meters;
    }

    public TransferLoop loop(
            KafkaClients clients, GroupMember member, ServiceHealth health, TransferLoop.Observer observer) {
        return new TransferLoop(
                clients,
                member,
                health.loop("tls-report-posts"),
                POSTS_PER_TURN,
                (consumer, listener) -> consumer.subscribe(List.of(Topics.TLS_REPORTS), listener),
                this::post,
                observer,
                clock);
    }

    private TransferLoop.Step post(ConsumerRecord<byte[], byte[]> record) {
        var post = ReportPost.from(record);
        if (post.dueAt().isAfter(clock.instant())) {
            return new TransferLoop.Hold(post.dueAt());
        }
        return switch (ReportUri.parse(post.uri())
                .filter(ReportUri.Post.class::isInstance)
                .map(ReportUri.Post.class::cast)
                .map(to -> answer(to, record.value()))
                .orElseGet(() -> new Answer.NotTaken("no https URI"))) {
            case Answer.Taken taken -> {
                count("posted");
                LOG.infof("the TLS report for %s is posted to %s", post.domain(), post.uri());
                yield new TransferLoop.Move(List.of());
            }
            case Answer.NotTaken(var reason) -> later(post, record.value(), reason);
            case Answer.Silent(var reason) -> later(post, record.value(), reason);
        };
    }

    private Answer answer(ReportUri.Post to, byte[] report) {
        var known = silent.getIfPresent(to.host());
        if (known != null) {
            return new Answer.Silent(known);
        }
        var answer = web.ask(
                new ForeignWeb.Question(
                        HttpMethod.POST,
                        to.host(),
                        to.port(),
                        to.path(),
                        Map.of("Content-Type", "application/tlsrpt+gzip"),
                        Buffer.buffer(report)),
                new AnswerReader(),
                any -> !(any instanceof Answer.Silent));
        if (answer instanceof Answer.Silent(var reason)) {
            silent.put(to.host(), reason);
        }
        return answer;
    }

    private TransferLoop.Move later(ReportPost post, byte[] report, String reason) {
        Optional<ReportPost> again = post.again(clock.instant());
        LOG.infof(
                "the TLS report for %s is not taken by %s (%s): %s",
                post.domain(), post.uri(), reason, again.isPresent() ? "later again" : "given up");
        if (again.isEmpty()) {
            count("given-up");
        }
        return new TransferLoop.Move(
                again.map(next -> next.record(report)).stream().toList());
    }

    private void count(String result) {
        meters.counter("milena.delivery.tls.report.posts", "result", result).increment();
    }

    private static final class AnswerReader implements ForeignWeb.Reader<Answer> {
        @Override
        public Future<Answer> read(HttpClientResponse response) {
            int code = response.statusCode();
            // The body of the answer is not used.
            response.exceptionHandler(unread -> {});
            response.request().reset();
            return Future.succeededFuture(
                    code / 100 == 2 ? new Answer.Taken() : new Answer.NotTaken("the answer is " + code));
        }

        @Override
        public Answer failed(Throwable failure) {
            return new Answer.Silent(String.valueOf(failure.getMessage()));
        }
    }

    @Override
    public void close() {
        web.close();
    }
}
