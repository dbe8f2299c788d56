package io.milena.service;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Lets only the bearer of {@code milena.metrics.token} read {@code /q/metrics}, if there is such a token. Health and
 * version need none: probes and {@code milena status} ask for them. Runs on event loops.
 */
@ApplicationScoped
class MetricsAccess {
    private static final String KEY = "milena.metrics.token";
    private static final String PATH = "/q/metrics";
    private static final String SCHEME = "Bearer ";
    /** Before the route itself. */
    private static final int PRIORITY = 100;

    private final Optional<byte[]> token;

    MetricsAccess(MetricsSettings settings) {
        token = settings.token()
                .or(() -> settings.tokenFile().map(MetricsAccess::read))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(KEY + "-file: cannot read " + file + " (" + e + ")", e);
        }
    }

    void mount(@Observes Filters filters) {
        if (token.isPresent()) {
            filters.register(this::check, PRIORITY);
        }
    }

    private void check(RoutingContext request) {
        // Not only the path itself: the route takes what lies below it too.
        if (!request.normalizedPath().startsWith(PATH) || isBearer(request)) {
            request.next();
            return;
        }
        request.response()
                .setStatusCode(401)
                .putHeader("WWW-Authenticate", "Bearer")
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain")
                .end("expected: the bearer token of " + KEY + "\n");
    }

    private boolean isBearer(RoutingContext request) {
        var header = request.request().getHeader(HttpHeaders.AUTHORIZATION);
        return header != null
                && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && MessageDigest.isEqual(
                        header.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8),
                        token.orElseThrow());
    }
}
