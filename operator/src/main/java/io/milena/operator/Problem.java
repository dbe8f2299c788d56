package io.milena.operator;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The answer to every error: a problem document (RFC 9457). */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@Schema(description = "An error (RFC 9457).")
public record Problem(
        @Schema(
                description = "Always about:blank; title and status say which kind of error it is.",
                examples = "about:blank")
        String type,

        @Schema(examples = "Not Found") String title,
        @Schema(examples = "404") int status,

        @Schema(description = "The error in this request.", examples = "no such account")
        String detail,

        @Schema(description = "A code for programs, if the status is not specific enough.", examples = "suspended")
        String code,

        @Schema(description = "The errors in the body, by member.")
        List<Error> errors) {

    public static final String MEDIA_TYPE = "application/problem+json";

    /** One wrong member of the body; {@code pointer} as in RFC 6901. */
    public record Error(
            @Schema(examples = "#/name") String pointer,
            @Schema(examples = "must not be blank") String detail) {}

    public static Problem of(int status, String detail) {
        var known = Response.Status.fromStatusCode(status);
        var title = known == null ? "Error" : known.getReasonPhrase();
        return new Problem("about:blank", title, status, detail, null, null);
    }

    public static Problem of(Response.Status status, String detail) {
        return of(status.getStatusCode(), detail);
    }

    public static Problem notFound(String what) {
        return of(Response.Status.NOT_FOUND, "no such " + what);
    }

    /** A problem with one member of the body. */
    public static Problem invalid(String pointer, String detail) {
        return of(Response.Status.BAD_REQUEST, "the body has errors").withErrors(List.of(new Error(pointer, detail)));
    }

    public Problem withTitle(String other) {
        return new Problem(type, other, status, detail, code, errors);
    }

    public Problem withCode(String word) {
        return new Problem(type, title, status, detail, word, errors);
    }

    public Problem withErrors(List<Error> found) {
        return new Problem(type, title, status, detail, code, List.copyOf(found));
    }

    public ProblemException exception() {
        return new ProblemException(this);
    }

    /** The answer that ends a request with this problem. */
    public Response response() {
        var response = Response.status(status).type(MEDIA_TYPE).entity(this);
        if (status == Response.Status.UNAUTHORIZED.getStatusCode()) {
            // RFC 9110 §15.5.2 asks for a challenge.
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"milena\"");
        }
        if (status == Response.Status.SERVICE_UNAVAILABLE.getStatusCode()) {
            response.header(HttpHeaders.RETRY_AFTER, 5);
        }
        return response.build();
    }

    /** The answer 503: the client may ask again soon. */
    public static Response unavailable(String detail) {
        return of(Response.Status.SERVICE_UNAVAILABLE, detail).response();
    }
}
