package io.milena.delivery.operator.queue;

import io.milena.operator.AdminOnly;
import io.milena.operator.Problem;
import io.milena.topics.QueueId;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** One message: its envelope, header section, history and place. */
@Path("/v1/messages")
@AdminOnly
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Messages", description = "What became of one message, and where it is.")
@SecurityRequirement(name = AdminOnly.SCHEME)
@APIResponse(
        responseCode = "default",
        description = "A problem document.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class MessagesResource {
    private final MessageDesk desk;

    MessagesResource(MessageDesk desk) {
        this.desk = desk;
    }

    @GET
    @Path("/{id}")
    @Operation(
            summary = "Show a message",
            description =
                    "By its queue id. The topics are looked through for it, for ten seconds at most and for one message at a time; who comes second is told 503. The body is never shown.")
    @APIResponse(responseCode = "200", description = "What is known of it.")
    public MessageView show(@PathParam("id") String id) {
        var lower = id.toLowerCase(Locale.ROOT);
        long made = QueueId.epochMillis(lower)
                .orElseThrow(() -> Problem.of(
                                Response.Status.BAD_REQUEST,
                                "that is no queue id: it has 16 letters and digits, as in \"250 2.0.0 Ok: queued as …\"")
                        .exception());
        return desk.message(lower, Instant.ofEpochMilli(made));
    }
}
