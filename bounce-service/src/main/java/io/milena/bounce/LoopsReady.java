package io.milena.bounce;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready: brokers answer, and both loops have their partitions. */
@Readiness
@ApplicationScoped
class LoopsReady implements HealthCheck {
    private final BounceService service;

    LoopsReady(BounceService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("bounce: connected to kafka");
        service.loops().forEach(loop -> response.withData(loop.duty(), loop.connected()));
        return response.status(service.connected()).build();
    }
}
