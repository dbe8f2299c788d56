package io.milena.bounce;

import io.milena.topics.TransferLoop;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive: both loops run, with Kafka or waiting for it. An error that ended one can only be healed by a restart. */
@Liveness
@ApplicationScoped
class LoopsAlive implements HealthCheck {
    private final BounceService service;

    LoopsAlive(BounceService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("bounce: loops run")
                .status(service.loops().stream().allMatch(TransferLoop::alive))
                .build();
    }
}
