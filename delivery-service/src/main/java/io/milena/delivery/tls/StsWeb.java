package io.milena.delivery.tls;

import io.milena.delivery.dns.Dns;
import io.milena.delivery.dns.NetworkPolicy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Policies over HTTPS (RFC 8461 §3.3): from {@code mta-sts.DOMAIN} with a certificate for that name, no redirect followed, at most 64 KiB within
 * 30 seconds, and never from inside our own network. Thread-safe; blocks its virtual thread.
 */
public final class StsWeb implements StsSource, AutoCloseable {
    private static final int LARGEST = 64 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** Of a name's addresses so many are tried. */
    private static final int ADDRESSES = 3;

    private final HttpClient client;
    private final Dns dns;
    private final NetworkPolicy networks;
    private final int port;

    /** {@code port} is 443 but in tests. */
    public StsWeb(Vertx vertx, Dns dns, NetworkPolicy networks, Trust trust, int port) {
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setTrustOptions(TrustOptions.wrap(trust.manager()))
                .setVerifyHost(true)
                .setKeepAlive(false)
                .setConnectTimeout((int) LIMIT.toMillis() / ADDRESSES));
        this.dns = dns;
        this.networks = networks;
        this.port = port;
    }

    @Override
    public Fetched fetch(String domain) {
        var host = "mta-sts." + domain;
        if (!(dns.addresses(host) instanceof Dns.Records<InetAddress> found)) {
            return failed(TlsFailure.Type.STS_POLICY_FETCH_ERROR, host + " has no address");
        }
        var permitted = found.records().stream()
                .filter(address -> networks.permits(NetworkPolicy.unmapped(address)))
                .limit(ADDRESSES)
                .toList();
        Fetched last = failed(TlsFailure.Type.STS_POLICY_FETCH_ERROR, host + " leads to a special address");
        for (var address : permitted) {
            last = fetch(host, address);
            if (last instanceof Text) {
                return last;
            }
        }
        return last;
    }

    private Fetched fetch(String host, InetAddress address) {
        var request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setSsl(true)
                .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
                .setHost(host)
                .setPort(port)
                .setURI("/.well-known/mta-sts.txt")
                .setFollowRedirects(false)
                .setTimeout(LIMIT.toMillis());
        try {
            return client.request(request)
                    .compose(sent -> sent.send())
                    .compose(this::policy)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            return failed(e.getCause());
        } catch (TimeoutException e) {
            return failed(
                    TlsFailure.Type.STS_POLICY_FETCH_ERROR, host + " takes longer than " + LIMIT.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed(TlsFailure.Type.STS_POLICY_FETCH_ERROR, "interrupted");
        }
    }

    private Future<Fetched> policy(HttpClientResponse response) {
        // RFC 8461 §3.3: 200 and nothing else, redirects least of all.
        if (response.statusCode() != 200) {
            response.request().reset();
            return Future.succeededFuture(
                    failed(TlsFailure.Type.STS_POLICY_FETCH_ERROR, "the answer is " + response.statusCode()));
        }
        // RFC 8461 §3.2: a page of some web server is no policy.
        var type = Optional.ofNullable(response.getHeader("Content-Type")).orElse("");
        if (!Set.of("text/plain", "").contains(type.split(";")[0].strip().toLowerCase(Locale.ROOT))) {
            response.request().reset();
            return Future.succeededFuture(failed(TlsFailure.Type.STS_POLICY_INVALID, "the answer is no text/plain"));
        }
        var body = Buffer.buffer();
        Promise<Fetched> done = Promise.promise();
        response.exceptionHandler(done::tryFail);
        response.endHandler(end -> done.tryComplete(new Text(body.toString(StandardCharsets.UTF_8))));
        response.handler(piece -> {
            if (body.length() + piece.length() > LARGEST) {
                done.tryComplete(failed(TlsFailure.Type.STS_POLICY_INVALID, "the answer is longer than 64 KiB"));
                response.request().reset();
            } else {
                body.appendBuffer(piece);
            }
        });
        return done.future();
    }

    private static Fetched failed(Throwable failure) {
        return failure instanceof SSLException
                ? failed(TlsFailure.Type.STS_WEBPKI_INVALID, "its certificate: " + failure.getMessage())
                : failed(TlsFailure.Type.STS_POLICY_FETCH_ERROR, String.valueOf(failure.getMessage()));
    }

    private static Fetched failed(TlsFailure.Type type, String explanation) {
        return new Failed(new TlsFailure(type, explanation));
    }

    @Override
    public void close() {
        client.close();
    }
}
