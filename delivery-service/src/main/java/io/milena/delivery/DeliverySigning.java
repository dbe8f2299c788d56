package io.milena.delivery;

import io.smallrye.health.api.Wellness;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * DOWN in {@code /q/health} and {@code /q/health/well} while a DKIM key cannot be used. It is no part of readiness: mail of
 * other domains is delivered, and an operator needs the interface.
 */
@Wellness
@ApplicationScoped
class DeliverySigning implements HealthCheck {
    private final DeliveryService service;

    DeliverySigning(DeliveryService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        var problem = service.signingProblem();
        var response =
                HealthCheckResponse.named("delivery: DKIM keys are usable").status(problem.isEmpty());
        problem.ifPresent(text -> response.withData("keys", text));
        return response.build();
    }
}
