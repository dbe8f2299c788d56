package io.milena.delivery.web;

import io.milena.delivery.dns.Dns;
import io.milena.delivery.dns.NetworkPolicy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/**
 * HTTPS to hosts that strangers name in DNS. It connects only to an address that the network policy allows, which must
 * not be the one for mail: exceptions for mail lead inside our own network. It follows no redirect and has a time
 * limit. Thread-safe; blocks its virtual thread.
 */
public final class ForeignWeb implements AutoCloseable {
    /** Most addresses of a name that are tried. */
    private static final int ADDRESSES = 3;

    private final HttpClient client;
    private final Dns dns;
    private final NetworkPolicy networks;
    private final Duration limit;

    /**
     * {@code certificates} sets the check of the host's certificate; {@code limit} is for all addresses of a host
     * together.
     */
    public ForeignWeb(Vertx vertx, Dns dns, NetworkPolicy networks, HttpClientOptions certificates, Duration limit) {
        this.client = vertx.createHttpClient(
                certificates.setKeepAlive(false).setConnectTimeout((int) limit.toMillis() / ADDRESSES));
        this.dns = dns;
        this.networks = networks;
        this.limit = limit;
    }

    /** The request and its host; {@code host} is a name or an address, {@code path} may have a query. */
    public record Question(
            HttpMethod method, String host, int port, String path, Map<String, String> header, Buffer body) {}

    /** Reads answers. */
    public interface Reader<T> {
        Future<T> read(HttpClientResponse response);

        T failed(Throwable failure);
    }

    /** Asks one address after the other until a result is {@code enough}; otherwise returns the last result. */
    public <T> T ask(Question question, Reader<T> reader, Predicate<T> enough) {
        long end = System.nanoTime() + limit.toNanos();
        T last = null;
        try {
            for (var address : addresses(question.host())) {
                last = answer(question, address, reader, end - System.nanoTime());
                if (enough.test(last) || System.nanoTime() >= end) {
                    return last;
                }
            }
            return last;
        } catch (IOException e) {
            return reader.failed(e);
        }
    }

    /** Never empty. */
    private List<InetAddress> addresses(String host) throws IOException {
        if (!(dns.addresses(host) instanceof Dns.Records<InetAddress> found)) {
            throw new IOException(host + " has no address");
        }
        var permitted = found.records().stream()
                .filter(address -> networks.permits(NetworkPolicy.unmapped(address)))
                .limit(ADDRESSES)
                .toList();
        if (permitted.isEmpty()) {
            throw new IOException(host + " leads to a special address");
        }
        return permitted;
    }

    private <T> T answer(Question question, InetAddress address, Reader<T> reader, long nanos) {
        var request = new RequestOptions()
                .setMethod(question.method())
                .setSsl(true)
                .setServer(SocketAddress.inetSocketAddress(question.port(), address.getHostAddress()))
                .setHost(question.host())
                .setPort(question.port())
                .setURI(question.path())
                .setFollowRedirects(false)
                .setTimeout(limit.toMillis());
        question.header().forEach(request::putHeader);
        var under = new AtomicReference<HttpClientRequest>();
        try {
            return client.request(request)
                    .compose(sent -> {
                        under.set(sent);
                        return question.body().length() == 0 ? sent.send() : sent.send(question.body());
                    })
                    .compose(reader::read)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            return reader.failed(e.getCause());
        } catch (TimeoutException e) {
            Optional.ofNullable(under.get()).ifPresent(HttpClientRequest::reset);
            return reader.failed(new IOException(question.host() + " takes longer than " + limit.toSeconds() + " s"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return reader.failed(new IOException("interrupted"));
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
