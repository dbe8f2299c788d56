package io.milena.auth;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive: changes of the directory, such as revocations, reach the topics. */
@Liveness
@ApplicationScoped
public class AuthLiveness implements HealthCheck {
    private final AuthStartup startup;

    AuthLiveness(AuthStartup startup) {
        this.startup = startup;
    }

    @Override
    public HealthCheckResponse call() {
        return startup.health().liveness();
    }
}
