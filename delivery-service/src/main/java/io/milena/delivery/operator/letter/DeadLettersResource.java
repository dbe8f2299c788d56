package io.milena.delivery.operator.letter;

import io.milena.delivery.operator.Operator;
import io.milena.operator.AdminOnly;
import io.milena.operator.Page;
import io.milena.operator.Problem;
import io.milena.operator.StrictJson;
import io.milena.smtp.SafeText;
import io.quarkus.resteasy.reactive.jackson.CustomDeserialization;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Records that no service could handle: listed, shown, replayed and discarded. */
@Path("/v1/dead-letters")
@AdminOnly
@Produces(MediaType.APPLICATION_JSON)
@CustomDeserialization(StrictJson.class)
@Tag(name = "Dead letters", description = "Records that no service could handle.")
@SecurityRequirement(name = AdminOnly.SCHEME)
@APIResponse(
        responseCode = "default",
        description = "A problem document.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class DeadLettersResource {
    private static final int MOST = 1000;
    private static final int LONGEST = 300;

    private final DeadLetters letters;
    private final Clock clock = Clock.tickMillis(ZoneOffset.UTC);

    DeadLettersResource(DeadLetters letters) {
        this.letters = letters;
    }

    /** The reason for discarding letters. */
    public record Why(@Schema(examples = "a test of ours") String reason) {}

    /** The result of a request for several letters. */
    public record Several(
            @Schema(description = "The letters that are as was wished.")
            List<String> done,

            List<Left> left,

            @Schema(description = "Whether the filter means further ones.")
            boolean more) {}

    /** A letter that was not closed. */
    public record Left(String id, String why) {}

    @GET
    @Operation(summary = "List letters", description = "Those that nobody has dealt with; the newest are last.")
    @APIResponse(responseCode = "200", description = "With next, if there are more.")
    public Page<LetterSummary> list(
            @QueryParam("topic") String topic,
            @QueryParam("reason") String reason,
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("after") String after) {
        var cursor = after == null ? Optional.of(Cursor.START) : Cursor.parse(after);
        return letters.page(
                filter(topic, reason),
                number(limit),
                cursor.orElseThrow(() -> bad("after is to be what next was on the page before")));
    }

    @GET
    @Path("/{id}")
    @Produces({MediaType.APPLICATION_JSON, MediaType.APPLICATION_OCTET_STREAM})
    @Operation(summary = "Show a letter", description = "With raw=true: its value, octet for octet.")
    @APIResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = LetterView.class)))
    public Response show(@PathParam("id") String id, @QueryParam("raw") boolean raw) {
        var letter = letters.letter(known(id)).orElseThrow(DeadLettersResource::notThere);
        if (!raw) {
            return Response.ok(letter, MediaType.APPLICATION_JSON).build();
        }
        var value = letters.value(known(id))
                .orElseThrow(() -> Problem.of(
                                Response.Status.GONE,
                                "it was too large to be kept whole, and where it stood it is no longer")
                        .exception());
        return Response.ok(value, MediaType.APPLICATION_OCTET_STREAM)
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Disposition", "attachment; filename=\"" + id + "\"")
                .build();
    }

    @POST
    @Path("/{id}/replay")
    @Operation(
            summary = "Replay a letter",
            description =
                    "Writes the record back to where it was, with its key and headers. Once: a second time is 409.")
    @APIResponse(responseCode = "200", description = "How it was dealt with.")
    public Mark replay(@PathParam("id") String id, @HeaderParam(Operator.HEADER) String operator) {
        return one(id, new Mark(Mark.Action.REPLAYED, Operator.name(operator), clock.instant(), Optional.empty()));
    }

    @POST
    @Path("/{id}/discard")
    @Operation(
            summary = "Discard a letter",
            description = "For good. Each recipient of mail that waited has the outcome CANCELLED; nobody is told.")
    @APIResponse(responseCode = "200", description = "How it was dealt with.")
    public Mark discard(@PathParam("id") String id, @HeaderParam(Operator.HEADER) String operator, Why why) {
        return one(id, discarded(operator, why));
    }

    @POST
    @Path("/replay")
    @Operation(summary = "Replay several letters", description = "The oldest that the filter means, 1000 at most.")
    @APIResponse(responseCode = "200", description = "What came of each.")
    public Several replaySeveral(
            @QueryParam("topic") String topic,
            @QueryParam("reason") String reason,
            @QueryParam("limit") @DefaultValue("1000") String limit,
            @HeaderParam(Operator.HEADER) String operator) {
        return several(
                filter(topic, reason),
                number(limit),
                new Mark(Mark.Action.REPLAYED, Operator.name(operator), clock.instant(), Optional.empty()));
    }

    @POST
    @Path("/discard")
    @Operation(summary = "Discard several letters", description = "The oldest that the filter means, 1000 at most.")
    @APIResponse(responseCode = "200", description = "What came of each.")
    public Several discardSeveral(
            @QueryParam("topic") String topic,
            @QueryParam("reason") String reason,
            @QueryParam("limit") @DefaultValue("1000") String limit,
            @HeaderParam(Operator.HEADER) String operator,
            Why why) {
        return several(filter(topic, reason), number(limit), discarded(operator, why));
    }

    private Mark one(String id, Mark mark) {
        var letter = known(id);
        var dealt = letters.deal(List.of(letter), mark).get(letter);
        return switch (dealt) {
            case Dealt.Done done -> mark;
            case Dealt.NotThere not -> throw notThere();
            case Dealt.Already already ->
                throw Problem.of(Response.Status.CONFLICT, already.refusal().orElseThrow())
                        .withCode("dealt-with")
                        .exception();
            case Dealt.Impossible impossible ->
                throw Problem.of(Response.Status.CONFLICT, impossible.why())
                        .withCode("not-replayable")
                        .exception();
        };
    }

    private Several several(LetterFilter filter, int limit, Mark mark) {
        if (filter.isEmpty()) {
            throw bad("topic or reason is to say which letters are meant");
        }
        var page = letters.page(filter, limit, Cursor.START);
        while (page.items().isEmpty() && page.next() != null) {
            page = letters.page(filter, limit, Cursor.parse(page.next()).orElseThrow());
        }
        var ids = page.items().stream()
                .map(letter -> LetterId.parse(letter.id()).orElseThrow())
                .toList();
        var dealt = letters.deal(ids, mark);
        return new Several(
                ids.stream()
                        .filter(id -> dealt.get(id) instanceof Dealt.Done)
                        .map(LetterId::toString)
                        .toList(),
                ids.stream()
                        .flatMap(id -> dealt.get(id).refusal().map(why -> new Left(id.toString(), why)).stream())
                        .toList(),
                page.next() != null);
    }

    private Mark discarded(String operator, Why why) {
        if (why == null || why.reason() == null || why.reason().isBlank()) {
            throw Problem.invalid("#/reason", "must not be blank").exception();
        }
        if (why.reason().length() > LONGEST) {
            throw Problem.invalid("#/reason", "must have " + LONGEST + " characters at most")
                    .exception();
        }
        return new Mark(
                Mark.Action.DISCARDED,
                Operator.name(operator),
                clock.instant(),
                Optional.of(SafeText.line(why.reason().strip())));
    }

    private static LetterFilter filter(String topic, String reason) {
        return new LetterFilter(
                Optional.ofNullable(topic).filter(text -> !text.isEmpty()),
                Optional.ofNullable(reason).filter(text -> !text.isEmpty()));
    }

    private static int number(String limit) {
        if (limit.matches("\\d{1,4}")) {
            int number = Integer.parseInt(limit);
            if (number >= 1 && number <= MOST) {
                return number;
            }
        }
        throw bad("limit is to be a number from 1 to " + MOST);
    }

    private static LetterId known(String id) {
        return LetterId.parse(id).orElseThrow(DeadLettersResource::notThere);
    }

    private static RuntimeException notThere() {
        return Problem.notFound("dead letter").exception();
    }

    private static RuntimeException bad(String why) {
        return Problem.of(Response.Status.BAD_REQUEST, why).exception();
    }
}
