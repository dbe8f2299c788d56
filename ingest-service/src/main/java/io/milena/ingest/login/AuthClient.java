package io.milena.ingest.login;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** Calls auth-service's internal interface. Thread-safe; never blocks. */
public final class AuthClient {
    private static final long TIMEOUT_MILLIS = 10_000;

    private final HttpClient client;
    private final String url;
    private final Optional<String> serviceToken;

    /**
     * An answer of auth-service; a body that is no JSON object throws {@link DecodeException} or {@link
     * ClassCastException} when it is read.
     */
    public record Answer(int status, Buffer body) {
        public JsonObject json() {
            return body.toJsonObject();
        }
    }

    public AuthClient(Vertx vertx, String url, Optional<String> serviceToken) {
        this.url = url.replaceAll("/+$", "");
        this.serviceToken = serviceToken;
        client = vertx.createHttpClient(new HttpClientOptions()
                .setMaxPoolSize(16)
                .setKeepAliveTimeout(30)
                .setConnectTimeout(3_000));
    }

    /** Posts a request; the future fails if there is no answer in time. */
    public Future<Answer> post(String path, JsonObject body) {
        var request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(url + path)
                .setTimeout(TIMEOUT_MILLIS)
                .putHeader("content-type", "application/json");
        serviceToken.ifPresent(token -> request.putHeader("authorization", "Bearer " + token));
        return client.request(request)
                .compose(opened -> opened.send(body.toBuffer()))
                .compose(response -> response.body().map(answer -> new Answer(response.statusCode(), answer)));
    }

    public void close() {
        client.close();
    }
}
