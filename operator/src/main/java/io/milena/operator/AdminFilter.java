package io.milena.operator;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import org.jboss.logging.Logger;

/** Refuses requests without the administrator's token, before the body is read. */
@AdminOnly
@Provider
@ApplicationScoped
public class AdminFilter implements ContainerRequestFilter {
    private static final Logger LOG = Logger.getLogger(AdminFilter.class);
    private static final String KEY = "milena.bootstrap.admin-token";

    private final BearerToken token;

    AdminFilter(AdminSettings settings) {
        token = new BearerToken(ConfiguredSecret.of(KEY, settings.adminToken(), settings.adminTokenFile()));
    }

    /** Logs once that the token is not configured. */
    void start(@Observes StartupEvent event) {
        if (!token.exists()) {
            LOG.warnf("every request under /v1 is refused until %1$s or %1$s-file is configured", KEY);
        }
    }

    @Override
    public void filter(ContainerRequestContext request) {
        if (!token.exists()) {
            request.abortWith(Problem.of(
                            Response.Status.FORBIDDEN,
                            "access is disabled until " + KEY + " or " + KEY + "-file is configured")
                    .response());
        } else if (!token.isIn(request.getHeaderString(HttpHeaders.AUTHORIZATION))) {
            request.abortWith(Problem.of(Response.Status.UNAUTHORIZED, "the administrator's bearer token is required")
                    .response());
        }
    }
}
