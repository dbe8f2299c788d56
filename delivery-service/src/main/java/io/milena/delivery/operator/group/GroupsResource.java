package io.milena.delivery.operator.group;

import io.milena.delivery.operator.Operator;
import io.milena.operator.AdminOnly;
import io.milena.operator.Problem;
import io.milena.operator.StrictJson;
import io.milena.smtp.SafeText;
import io.milena.topics.kafka.GroupMarks.AdoptAt;
import io.quarkus.resteasy.reactive.jackson.CustomDeserialization;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;

/** The groups of consumers that read mail, and the adoption of one whose progress is gone. */
@Path("/v1/groups")
@AdminOnly
@Produces(MediaType.APPLICATION_JSON)
@CustomDeserialization(StrictJson.class)
@Tag(name = "Groups", description = "How far the groups of consumers have settled the topics of mail.")
@SecurityRequirement(name = AdminOnly.SCHEME)
@APIResponse(
        responseCode = "default",
        description = "A problem document.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class GroupsResource {
    private static final Logger LOG = Logger.getLogger(GroupsResource.class);

    private final GroupDesk desk;
    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);

    GroupsResource(GroupDesk desk) {
        this.desk = desk;
    }

    /** All groups. */
    public record Groups(List<GroupDesk.GroupView> groups) {}

    /** Where the group is to go on. */
    public record Wanted(
            @Schema(description = "start: all mail that the log still has is sent again; end: none of it is sent.")
            AdoptAt at) {}

    /** An adoption that every member of the group will read. */
    public record Given(String group, AdoptAt at, String by, Instant time) {}

    @GET
    @Operation(summary = "The groups that read mail, with their progress in each partition")
    public Groups groups() {
        return new Groups(desk.groups());
    }

    @POST
    @Path("/{group}/adopt")
    @Operation(
            summary = "Have a group go on whose progress is gone",
            description = "For a group with a partition in state GONE only: it waits, since nobody else knows whether"
                    + " its mail was sent. The decision counts for ten minutes.")
    @APIResponse(
            responseCode = "202",
            description = "It is on its way to the group's members.",
            content = @Content(schema = @Schema(implementation = Given.class)))
    public Response adopt(
            @PathParam("group") String name, @HeaderParam(Operator.HEADER) String operator, Wanted wanted) {
        if (wanted == null || wanted.at() == null) {
            throw Problem.invalid("#/at", "start or end").exception();
        }
        var group = desk.groups().stream()
                .filter(one -> one.group().equals(name))
                .findFirst()
                .orElseThrow(() -> Problem.of(
                                Response.Status.NOT_FOUND, "no group of that name reads mail; see GET /v1/groups")
                        .exception());
        if (!group.isGone()) {
            throw Problem.of(
                            Response.Status.CONFLICT,
                            "the group knows its progress; only one whose progress is gone is adopted")
                    .exception();
        }
        var now = clock.instant();
        var by = Operator.name(operator);
        desk.adopt(group.group(), wanted.at(), by, now);
        LOG.warnf("group %s goes on at the %s of its topics, by %s", group.group(), wanted.at(), SafeText.line(by));
        return Response.accepted(new Given(group.group(), wanted.at(), by, now)).build();
    }
}
