package io.milena.delivery;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive: every loop with work makes progress. */
@Liveness
@ApplicationScoped
class DeliveryLiveness implements HealthCheck {
    private final DeliveryService service;

    DeliveryLiveness(DeliveryService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        return service.health().liveness();
    }
}
