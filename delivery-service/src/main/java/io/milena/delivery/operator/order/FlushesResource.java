package io.milena.delivery.operator.order;

import io.milena.delivery.operator.GivenDomain;
import io.milena.delivery.operator.Operator;
import io.milena.delivery.order.Flush;
import io.milena.delivery.order.Selector;
import io.milena.operator.AdminOnly;
import io.milena.operator.Problem;
import io.milena.operator.StrictJson;
import io.milena.smtp.SafeText;
import io.milena.topics.QueueId;
import io.quarkus.resteasy.reactive.jackson.CustomDeserialization;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;

/** Requests to retry deferred mail now. */
@Path("/v1/flushes")
@AdminOnly
@Produces(MediaType.APPLICATION_JSON)
@CustomDeserialization(StrictJson.class)
@Tag(name = "Flushes", description = "Deferred mail that is to be tried now.")
@SecurityRequirement(name = AdminOnly.SCHEME)
@APIResponse(
        responseCode = "default",
        description = "A problem document.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class FlushesResource {
    private static final Logger LOG = Logger.getLogger(FlushesResource.class);
    private static final int LONGEST = 300;

    private final FlushDesk desk;
    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);

    FlushesResource(FlushDesk desk) {
        this.desk = desk;
    }

    /** Selects mail: it must match all members that are given. */
    public record Wanted(
            @Schema(description = "The recipients' domain.", examples = "example.com")
            String domain,

            @Schema(description = "The id of the account that submitted it.")
            String account,

            @Schema(description = "Its queue id.", examples = "01jdm5e9kq3x7v2b")
            String message,

            @Schema(description = "What X-Milena-Tag says.") String tag,

            @Schema(description = "The site that it leads to.", examples = "mx.example.com")
            String site,

            @Schema(description = "For the record.") String reason) {}

    /** A flush that every replica will serve. */
    public record Given(
            String id,

            @Schema(examples = "domain=example.com") String mail,
            String by,
            Instant at) {}

    @POST
    @Operation(
            summary = "Try deferred mail now",
            description =
                    "What waits for its next attempt now, on every replica, once. At least one selector is needed.")
    @APIResponse(
            responseCode = "202",
            description = "It is on its way to all replicas.",
            content = @Content(schema = @Schema(implementation = Given.class)))
    public Response flush(@HeaderParam(Operator.HEADER) String operator, Wanted wanted) {
        if (wanted == null) {
            throw Problem.of(Response.Status.BAD_REQUEST, "a body is needed that says which mail is meant")
                    .exception();
        }
        var selector = new Selector(
                text("message", wanted.message()).map(id -> id.toLowerCase(Locale.ROOT)),
                text("account", wanted.account()),
                text("domain", wanted.domain()).map(GivenDomain::of),
                text("site", wanted.site()),
                text("tag", wanted.tag()),
                Optional.empty());
        if (selector.isEmpty()) {
            throw Problem.of(
                            Response.Status.BAD_REQUEST,
                            "domain, account, message, tag or site is to say which mail is meant")
                    .exception();
        }
        var now = clock.instant();
        var flush = new Flush(
                QueueId.next(now.toEpochMilli()),
                selector,
                text("reason", wanted.reason()).map(SafeText::line),
                Operator.name(operator),
                now);
        desk.give(flush);
        LOG.infof("flush %s of %s by %s", flush.id(), SafeText.line(selector.toString()), flush.by());
        return Response.accepted(new Given(flush.id(), selector.toString(), flush.by(), now))
                .build();
    }

    private static Optional<String> text(String member, String given) {
        if (given == null) {
            return Optional.empty();
        }
        if (given.isBlank()) {
            throw Problem.invalid("#/" + member, "must not be blank").exception();
        }
        if (given.length() > LONGEST) {
            throw Problem.invalid("#/" + member, "must have " + LONGEST + " characters at most")
                    .exception();
        }
        return Optional.of(given.strip());
    }
}
