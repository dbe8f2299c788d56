package io.milena.service;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * {@code GET /q/info}: the version that runs in this process, and when it started. Needs no token, as health does not.
 */
@ApplicationScoped
public class InfoRoute {
    private final String name;

    InfoRoute(@ConfigProperty(name = "quarkus.application.name") String name) {
        this.name = name;
    }

    void mount(@Observes Router router) {
        var body = body(name, BuildInfo.current(), started()).encodePrettily();
        router.get("/q/info")
                .handler(context -> context.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .end(body));
    }

    private static Instant started() {
        return ProcessHandle.current()
                .info()
                .startInstant()
                .orElseGet(Instant::now)
                .truncatedTo(ChronoUnit.SECONDS);
    }

    static JsonObject body(String name, BuildInfo build, Instant started) {
        return new JsonObject()
                .put("name", name)
                .put("version", build.version())
                .put("commit", build.commit())
                .put("built", build.built())
                .put("started", started.toString())
                .put("java", Runtime.version().toString());
    }
}
