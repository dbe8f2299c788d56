package io.milena.ingest;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive: mail that arrives is stored, and the directory is followed. */
@Liveness
@ApplicationScoped
class IngestLiveness implements HealthCheck {
    private final IngestService service;

    IngestLiveness(IngestService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        return service.health().liveness();
    }
}
