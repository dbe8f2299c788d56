package io.milena.auth.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.milena.auth.IdentityTokens;
import io.milena.auth.secret.PasswordHashing;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns whatever ends a request early into a problem document. The client reads what it did wrong; the log has our own faults. */
public class ProblemResponses {
    private static final Logger LOG = Logger.getLogger(ProblemResponses.class);

    @ServerExceptionMapper
    public Response refused(ProblemException e) {
        return respond(e.problem());
    }

    /** What the HTTP layer itself refuses: no such path, method, media type, or a body that cannot be read. */
    @ServerExceptionMapper
    public Response refused(WebApplicationException e, UriInfo uri) {
        var json = causeOf(e, JsonProcessingException.class);
        int status = e.getResponse().getStatus();
        if (json.isPresent() && status < 500) {
            return respond(JsonErrors.problem(json.get()));
        }
        if (status >= 500) {
            return failed(e, uri);
        }
        var problem = respond(Problem.of(status, null));
        var allow = e.getResponse().getHeaderString(HttpHeaders.ALLOW);
        return allow == null
                ? problem
                : Response.fromResponse(problem)
                        .header(HttpHeaders.ALLOW, allow)
                        .build();
    }

    /** Read from the client, it is the client's fault; written by us, ours. Quarkus answers the narrower kind in a form of its own unless told. */
    @ServerExceptionMapper({MismatchedInputException.class, JsonProcessingException.class})
    public Response refused(JsonProcessingException e, UriInfo uri) {
        boolean reading = e instanceof StreamReadException || e.getProcessor() instanceof JsonParser;
        return reading ? respond(JsonErrors.problem(e)) : failed(e, uri);
    }

    @ServerExceptionMapper
    public Response refused(ConstraintViolationException e) {
        var errors = e.getConstraintViolations().stream()
                .map(violation -> new Problem.Error(pointer(violation), violation.getMessage()))
                .sorted(Comparator.comparing(Problem.Error::pointer))
                .toList();
        return respond(
                Problem.of(Response.Status.BAD_REQUEST, "the body has errors").withErrors(errors));
    }

    /** Two requests at a time made the same thing, or it was there already. */
    @ServerExceptionMapper
    public Response refused(org.hibernate.exception.ConstraintViolationException e, UriInfo uri) {
        var constraint = e.getConstraintName() == null ? "" : e.getConstraintName();
        return switch (constraint) {
            case "domain_pkey" -> respond(Problem.of(Response.Status.CONFLICT, "the domain is registered already"));
            case "credential_username" -> respond(Problem.of(Response.Status.CONFLICT, "the user name is taken"));
            default -> failed(e, uri);
        };
    }

    @ServerExceptionMapper
    public Response refused(PasswordHashing.BusyException e) {
        LOG.warn(e.getMessage());
        return unavailable("too many logins at a time");
    }

    @ServerExceptionMapper
    public Response refused(IdentityTokens.UnavailableException e) {
        LOG.warn(e.getMessage());
        return unavailable("the identity provider is unavailable");
    }

    @ServerExceptionMapper
    public Response failed(Throwable e, UriInfo uri) {
        var sql = causeOf(e, SQLException.class);
        if (sql.isPresent() && isOutage(sql.get())) {
            LOG.warnf(
                    "/%s: the database is unavailable: %s",
                    uri.getPath(), sql.get().getMessage());
            return unavailable("the database is unavailable");
        }
        LOG.errorf(e, "/%s failed", uri.getPath());
        return respond(Problem.of(Response.Status.INTERNAL_SERVER_ERROR, "the log of auth-service has the reason"));
    }

    /** No state is Agroal's own: no connection to be had in time. 08: connection; 53, 57: resources or an operator, as at a restart. */
    private static boolean isOutage(SQLException e) {
        var state = e.getSQLState();
        return state == null || state.startsWith("08") || state.startsWith("53") || state.startsWith("57");
    }

    private static Response unavailable(String detail) {
        return Response.fromResponse(respond(Problem.of(Response.Status.SERVICE_UNAVAILABLE, detail)))
                .header(HttpHeaders.RETRY_AFTER, 5)
                .build();
    }

    static Response respond(Problem problem) {
        var response =
                Response.status(problem.status()).type(Problem.MEDIA_TYPE).entity(problem);
        if (problem.status() == Response.Status.UNAUTHORIZED.getStatusCode()) {
            // RFC 9110 §15.5.2 asks for a challenge.
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"milena\"");
        }
        return response.build();
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

    private static <T extends Throwable> Optional<T> causeOf(Throwable e, Class<T> type) {
        for (var cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }
}
