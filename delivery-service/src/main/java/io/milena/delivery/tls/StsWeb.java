package io.milena.delivery.tls;

import io.milena.delivery.dns.Dns;
import io.milena.delivery.dns.NetworkPolicy;
import io.milena.delivery.web.ForeignWeb;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.TrustOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * Policies over HTTPS (RFC 8461 §3.3): from {@code mta-sts.DOMAIN} with a certificate for that name, no redirect followed, at most 64 KiB within
 * 30 seconds, and never from inside our own network. Thread-safe; blocks its virtual thread.
 */
public final class StsWeb implements StsSource, AutoCloseable {
    private static final int LARGEST = 64 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final ForeignWeb web;
    private final int port;

    /** {@code port} is 443 except in tests. */
    public StsWeb(Vertx vertx, Dns dns, NetworkPolicy networks, Trust trust, int port) {
        this.web = new ForeignWeb(
                vertx,
                dns,
                networks,
                new HttpClientOptions()
                        .setTrustOptions(TrustOptions.wrap(trust.manager()))
                        .setVerifyHost(true),
                LIMIT);
        this.port = port;
    }

    @Override
    public Fetched fetch(String domain) {
        return web.ask(
                new ForeignWeb.Question(
                        HttpMethod.GET,
                        "mta-sts." + domain,
                        port,
                        "/.well-known/mta-sts.txt",
                        Map.of(),
                        Buffer.buffer()),
                new PolicyReader(),
                Text.class::isInstance);
    }

    private static final class PolicyReader implements ForeignWeb.Reader<Fetched> {
        @Override
        public Future<Fetched> read(HttpClientResponse response) {
            // RFC 8461 §3.3: only 200 counts; redirects are not followed.
            if (response.statusCode() != 200) {
                response.request().reset();
                return Future.succeededFuture(StsWeb.failed(
                        TlsFailure.Type.STS_POLICY_FETCH_ERROR, "the answer is " + response.statusCode()));
            }
            // RFC 8461 §3.2: any other page of a web server is not a policy.
            var type = Optional.ofNullable(response.getHeader("Content-Type")).orElse("");
            if (!Set.of("text/plain", "").contains(type.split(";")[0].strip().toLowerCase(Locale.ROOT))) {
                response.request().reset();
                return Future.succeededFuture(
                        StsWeb.failed(TlsFailure.Type.STS_POLICY_INVALID, "the answer is no text/plain"));
            }
            var body = Buffer.buffer();
            Promise<Fetched> done = Promise.promise();
            response.exceptionHandler(done::tryFail);
            response.endHandler(end -> done.tryComplete(new Text(body.toString(StandardCharsets.UTF_8))));
            response.handler(piece -> {
                if (body.length() + piece.length() > LARGEST) {
                    done.tryComplete(
                            StsWeb.failed(TlsFailure.Type.STS_POLICY_INVALID, "the answer is longer than 64 KiB"));
                    response.request().reset();
                } else {
                    body.appendBuffer(piece);
                }
            });
            return done.future();
        }

        @Override
        public Fetched failed(Throwable failure) {
            return failure instanceof SSLException
                    ? StsWeb.failed(TlsFailure.Type.STS_WEBPKI_INVALID, "its certificate: " + failure.getMessage())
                    : StsWeb.failed(TlsFailure.Type.STS_POLICY_FETCH_ERROR, String.valueOf(failure.getMessage()));
        }
    }

    private static Fetched failed(TlsFailure.Type type, String explanation) {
        return new Failed(new TlsFailure(type, explanation));
    }

    @Override
    public void close() {
        web.close();
    }
}
