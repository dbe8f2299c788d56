package io.milena.bounce;

import io.smallrye.health.api.Wellness;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/** DOWN in {@code /q/health} and {@code /q/health/well}, from the loss of a record until the process ends. */
@Wellness
@ApplicationScoped
class BounceCompleteness implements HealthCheck {
    private final BounceService service;

    BounceCompleteness(BounceService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        return service.health().completeness();
    }
}
