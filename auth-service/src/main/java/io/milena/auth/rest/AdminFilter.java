package io.milena.auth.rest;

import io.milena.auth.AccessTokens;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;

/** Refuses who does not bear the administrator's token, before the body is read. */
@AdminOnly
@Provider
public class AdminFilter implements ContainerRequestFilter {
    private final AccessTokens tokens;

    AdminFilter(AccessTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        if (!tokens.isAdmin(request.getHeaderString(HttpHeaders.AUTHORIZATION))) {
            var problem = Problem.of(Response.Status.UNAUTHORIZED, "the administrator's bearer token is needed");
            request.abortWith(ProblemResponses.respond(problem));
        }
    }
}
