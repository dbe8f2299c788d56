package io.milena.delivery;

import io.smallrye.health.api.Wellness;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** DOWN in {@code /q/health} and {@code /q/health/well}, from the loss of a record until the process ends. */
@Wellness
@ApplicationScoped
class DeliveryCompleteness implements HealthCheck {
    private final DeliveryService service;

    DeliveryCompleteness(DeliveryService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        return service.health().completeness();
    }
}
