package io.milena.auth.rest;

import io.micrometer.core.instrument.MeterRegistry;
import io.milena.auth.token.AccessTokens;
import io.milena.operator.Problem;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;

/** Refuses requests without the token that ingest and auth-service share, before their body is read. */
@ServiceOnly
@Provider
public class ServiceFilter implements ContainerRequestFilter {
    private final AccessTokens tokens;
    private final MeterRegistry meters;

    ServiceFilter(AccessTokens tokens, MeterRegistry meters) {
        this.tokens = tokens;
        this.meters = meters;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        if (!tokens.isService(request.getHeaderString(HttpHeaders.AUTHORIZATION))) {
            meters.counter("milena.auth.service.refused").increment();
            var problem = Problem.of(Response.Status.FORBIDDEN, "milena.auth.service-token differs")
                    .withTitle("service token refused")
                    .withCode("service-token");
            request.abortWith(problem.response());
        }
    }
}
