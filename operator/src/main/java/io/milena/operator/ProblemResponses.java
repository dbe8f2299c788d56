package io.milena.operator;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkus.arc.All;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Turns every exception of a request into a problem document. The client reads its own errors; ours are in the log. */
public class ProblemResponses {
    private static final Logger LOG = Logger.getLogger(ProblemResponses.class);

    private final List<Outage> outages;

    ProblemResponses(@All List<Outage> outages) {
        this.outages = outages;
    }

    @ServerExceptionMapper
    public Response refused(ProblemException e) {
        return e.problem().response();
    }

    /** A refusal by the HTTP layer: no such path, method or media type, or a body that cannot be read. */
    @ServerExceptionMapper
    public Response refused(WebApplicationException e, UriInfo uri) {
        var json = causeOf(e, JsonProcessingException.class);
        int status = e.getResponse().getStatus();
        if (json.isPresent() && status < 500) {
            return JsonErrors.problem(json.get()).response();
        }
        if (status >= 500) {
            return failed(e, uri);
        }
        var problem = Problem.of(status, null).response();
        var allow = e.getResponse().getHeaderString(HttpHeaders.ALLOW);
        return allow == null
                ? problem
                : Response.fromResponse(problem)
                        .header(HttpHeaders.ALLOW, allow)
                        .build();
    }

    /**
     * An error in the client's JSON is its fault, an error in ours is ours. Without this method Quarkus would answer
     * the narrower kind in a form of its own.
     */
    @ServerExceptionMapper({MismatchedInputException.class, JsonProcessingException.class})
    public Response refused(JsonProcessingException e, UriInfo uri) {
        boolean reading = e instanceof StreamReadException || e.getProcessor() instanceof JsonParser;
        return reading ? JsonErrors.problem(e).response() : failed(e, uri);
    }

    /** An unexpected exception, unless another service is down. */
    @ServerExceptionMapper
    public Response failed(Throwable e, UriInfo uri) {
        for (var cause = e; cause != null; cause = cause.getCause()) {
            for (var outage : outages) {
                var what = outage.of(cause);
                if (what.isPresent()) {
                    LOG.warnf("/%s: %s: %s", uri.getPath(), what.get(), cause.getMessage());
                    return Problem.unavailable(what.get());
                }
            }
        }
        LOG.errorf(e, "/%s failed", uri.getPath());
        return Problem.of(Response.Status.INTERNAL_SERVER_ERROR, "internal error; the log has the reason")
                .response();
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
