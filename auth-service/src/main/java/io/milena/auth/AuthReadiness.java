package io.milena.auth;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready once the tables are there and the first start is done; Quarkus checks beside this whether PostgreSQL answers.
 */
@Readiness
@ApplicationScoped
public class AuthReadiness implements HealthCheck {
    private final AuthStartup startup;

    AuthReadiness(AuthStartup startup) {
        this.startup = startup;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("auth-service")
                .status(startup.finished())
                .build();
    }
}
