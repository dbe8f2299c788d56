package io.milena.delivery;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready while brokers answer and no loop has failed since it last worked. A shaping file that is not valid is told here, but
 * mail is delivered all the same, within the limits that held before.
 */
@Readiness
@ApplicationScoped
class DeliveryReadiness implements HealthCheck {
    private final DeliveryService service;

    DeliveryReadiness(DeliveryService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("delivery: brokers answer").status(service.ready());
        service.shapingProblem().ifPresent(problem -> response.withData("shaping", problem));
        return response.build();
    }
}
