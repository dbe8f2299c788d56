package io.milena.auth.rest;

import io.milena.auth.secret.PasswordHashing;
import io.milena.auth.token.IdentityTokens;
import io.milena.operator.Outage;
import io.milena.operator.Problem;
import io.milena.operator.ProblemResponses;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Path;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Problem documents for exceptions of this service alone; {@link ProblemResponses} has the rest. */
@ApplicationScoped
public class AuthProblems implements Outage {
    private static final Logger LOG = Logger.getLogger(AuthProblems.class);

    private final ProblemResponses responses;

    AuthProblems(ProblemResponses responses) {
        this.responses = responses;
    }

    @ServerExceptionMapper
    public Response refused(ConstraintViolationException e) {
        var errors = e.getConstraintViolations().stream()
                .map(violation -> new Problem.Error(pointer(violation), violation.getMessage()))
                .sorted(Comparator.comparing(Problem.Error::pointer))
                .toList();
        return Problem.of(Response.Status.BAD_REQUEST, "the body has errors")
                .withErrors(errors)
                .response();
    }

    /** Two requests made the same thing at one time, or it was there already. */
    @ServerExceptionMapper
    public Response refused(org.hibernate.exception.ConstraintViolationException e, UriInfo uri) {
        var constraint = e.getConstraintName() == null ? "" : e.getConstraintName();
        return switch (constraint) {
            case "domain_pkey" ->
                Problem.of(Response.Status.CONFLICT, "the domain is registered already")
                        .response();
            case "domain_verified" ->
                Problem.of(Response.Status.CONFLICT, DomainsResource.VERIFIED_BY_ANOTHER)
                        .withCode("domain-of-another")
                        .response();
            case "credential_username" ->
                Problem.of(Response.Status.CONFLICT, "the user name is taken").response();
            default -> responses.failed(e, uri);
        };
    }

    @ServerExceptionMapper
    public Response refused(PasswordHashing.BusyException e) {
        LOG.warn(e.getMessage());
        return Problem.unavailable("too many logins at a time");
    }

    @ServerExceptionMapper
    public Response refused(IdentityTokens.UnavailableException e) {
        LOG.warn(e.getMessage());
        return Problem.unavailable("the identity provider is unavailable");
    }

    /**
     * No SQLSTATE: Agroal had no connection in time. 08: connection; 53, 57: resources or an operator, as at a restart.
     */
    @Override
    public Optional<String> of(Throwable failure) {
        if (!(failure instanceof SQLException e)) {
            return Optional.empty();
        }
        var state = e.getSQLState();
        boolean away = state == null || state.startsWith("08") || state.startsWith("53") || state.startsWith("57");
        return away ? Optional.of("the database is unavailable") : Optional.empty();
    }

    /** RFC 6901 in a fragment; the first two steps of a violation's path are our method and its parameter. */
    private static String pointer(ConstraintViolation<?> violation) {
        var pointer = new StringBuilder("#");
        StreamSupport.stream(violation.getPropertyPath().spliterator(), false)
                .skip(2)
                .forEach(node -> append(pointer, node));
        return pointer.toString();
    }

    private static void append(StringBuilder pointer, Path.Node node) {
        if (node.getIndex() != null) {
            pointer.append('/').append(node.getIndex());
        }
        pointer.append('/').append(node.getName());
    }
}
