package io.milena.bounce;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive: neither loop is stalled. */
@Liveness
@ApplicationScoped
class LoopsAlive implements HealthCheck {
    private final BounceService service;

    LoopsAlive(BounceService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        return service.health().liveness();
    }
}
