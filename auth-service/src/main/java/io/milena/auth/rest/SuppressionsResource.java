package io.milena.auth.rest;

import io.milena.auth.store.Outbox;
import io.milena.auth.store.Suppression;
import io.milena.operator.AdminOnly;
import io.milena.operator.Problem;
import io.milena.smtp.Mailbox;
import io.milena.topics.Directory;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * The REST interface of suppressed addresses: mail of the account to them is accepted and dropped, and its sender is
 * told.
 */
@Path("/v1/accounts/{account}/suppressions/{address}")
@AdminOnly
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Suppressions", description = "Addresses that get no mail from an account.")
@SecurityRequirement(name = AdminOnly.SCHEME)
@APIResponse(
        responseCode = "default",
        description = "A problem document.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class SuppressionsResource {
    private final Outbox outbox;

    SuppressionsResource(Outbox outbox) {
        this.outbox = outbox;
    }

    /** A suppressed address as the API shows it. */
    public record SuppressionView(
            @Schema(examples = "ben@example.org") String address, Instant createdAt) {}

    @PUT
    @Transactional
    @Operation(summary = "Suppress an address", description = "Nothing changes where it is suppressed already.")
    @APIResponse(responseCode = "204", description = "It gets no more mail from this account.")
    public void add(String account, String address) {
        AccountsResource.required(account);
        var wanted = suppression(account, address);
        // Two requests at one time look one after the other.
        outbox.takeTurn();
        if (Suppression.of(wanted).isEmpty()) {
            outbox.added(Suppression.create(wanted));
        }
    }

    @GET
    @Operation(summary = "Look for an address")
    @APIResponse(responseCode = "200", description = "It is suppressed.")
    public SuppressionView find(String account, String address) {
        var found = required(account, address);
        return new SuppressionView(found.address, found.createdAt);
    }

    @DELETE
    @Transactional
    @Operation(summary = "Lift a suppression")
    @APIResponse(responseCode = "204", description = "It gets mail again.")
    public void remove(String account, String address) {
        outbox.takeTurn();
        var found = required(account, address);
        found.delete();
        outbox.removed(found);
    }

    private static Suppression required(String account, String address) {
        AccountsResource.required(account);
        return Suppression.of(suppression(account, address))
                .orElseThrow(() -> Problem.notFound("suppression").exception());
    }

    /** The address in the form that forward-paths have, so that both compare equal. */
    private static Directory.Suppression suppression(String account, String address) {
        return Mailbox.parse(address)
                .map(mailbox -> new Directory.Suppression(account, mailbox.toString()))
                .orElseThrow(() -> Problem.of(Response.Status.BAD_REQUEST, "expected: an address, local-part@domain")
                        .exception());
    }
}
