package io.milena.delivery;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while brokers answer and no loop has failed since it last worked. */
@Readiness
@ApplicationScoped
class DeliveryReadiness implements HealthCheck {
    private final DeliveryService service;

    DeliveryReadiness(DeliveryService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("delivery: brokers answer")
                .status(service.ready())
                .build();
    }
}
