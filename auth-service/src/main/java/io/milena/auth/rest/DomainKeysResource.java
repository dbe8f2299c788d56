package io.milena.auth.rest;

import io.milena.auth.dkim.DkimKeyPair;
import io.milena.auth.dkim.DkimKeyReader;
import io.milena.auth.dkim.UnusableKeyException;
import io.milena.auth.domain.DomainSettings;
import io.milena.auth.domain.PublishedRecords;
import io.milena.auth.store.DomainKeys;
import io.milena.auth.store.Outbox;
import io.milena.operator.AdminOnly;
import io.milena.operator.Problem;
import io.milena.operator.StrictJson;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.resteasy.reactive.jackson.CustomDeserialization;
import jakarta.transaction.Transactional;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/**
 * The REST interface of a domain's DKIM keys, which can be exchanged without a gap: a new key waits until its record
 * was seen in DNS, and the last key that signs cannot be removed.
 */
@Path("/v1/accounts/{account}/domains/{name}/dkim")
@AdminOnly
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@CustomDeserialization(StrictJson.class)
@Tag(name = "Domains")
@SecurityRequirement(name = AdminOnly.SCHEME)
@APIResponse(
        responseCode = "default",
        description = "A problem document.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class DomainKeysResource {
    /** All of them sign every message. */
    private static final int MOST_KEYS = 10;

    private final DomainSettings settings;
    private final Outbox outbox;
    private final DomainKeys stored;
    private final PublishedRecords records;

    DomainKeysResource(DomainSettings settings, Outbox outbox, DomainKeys stored, PublishedRecords records) {
        this.settings = settings;
        this.outbox = outbox;
        this.stored = stored;
        this.records = records;
    }

    /** A key to add: one that the owner brings, or one to make. */
    public record AddedKey(
            @Schema(
                    description = "One that the domain has not used lately: verifiers may still remember its record.",
                    examples = "s2027")
            @NotNull
            @Size(max = 63)
            @Pattern(regexp = DomainsResource.SELECTOR, message = DomainsResource.SELECTOR_MESSAGE)
            String selector,

            @Schema(description = "Of the key to make, where none is given.", examples = "rsa")
            @Pattern(regexp = "rsa|ed25519", message = "must be rsa or ed25519")
            String algorithm,

            @Schema(description = "As when a domain is registered.") @Size(max = 16_384)
            String privateKey) {
        @Override
        public String toString() {
            return "AddedKey[selector=" + selector + "]";
        }
    }

    @POST
    @Operation(
            summary = "Add a key",
            description =
                    "Publish its record and ask for verification: from then on mail is signed with it too, beside the"
                            + " other keys. Where milena.domains.verification is off it signs at once.")
    @APIResponse(
            responseCode = "201",
            description = "The domain.",
            content = @Content(schema = @Schema(implementation = DomainView.class)))
    public RestResponse<DomainView> add(String account, String name, @Valid @NotNull AddedKey wanted) {
        // Before the transaction: making a key takes a while, and must not hold a connection meanwhile.
        var pair = pair(wanted);
        var view = QuarkusTransaction.requiringNew().call(() -> {
            var domain = DomainsResource.requiredForChange(account, name);
            var keys = domain.keys();
            if (keys.stream().anyMatch(key -> key.selector.equals(pair.selector()))) {
                throw Problem.of(Response.Status.CONFLICT, "the selector is taken")
                        .exception();
            }
            if (keys.size() >= MOST_KEYS) {
                throw Problem.of(Response.Status.CONFLICT, "the domain has " + MOST_KEYS + " keys")
                        .exception();
            }
            stored.create(domain, pair, settings.verification().isOff());
            outbox.keysChanged(domain);
            return DomainView.of(domain, records);
        });
        return RestResponse.ResponseBuilder.<DomainView>created(
                        URI.create("/v1/accounts/" + account + "/domains/" + view.name()))
                .entity(view)
                .build();
    }

    @DELETE
    @Path("{selector}")
    @Transactional
    @Operation(
            summary = "Remove a key",
            description =
                    "Mail is no longer signed with it. Leave its record in DNS for a week: what it has signed is on its way, or"
                            + " waits for a verifier. 409 for the last key that signs.")
    @APIResponse(responseCode = "204", description = "It is removed.")
    public void remove(String account, String name, String selector) {
        var domain = DomainsResource.requiredForChange(account, name);
        var keys = domain.keys();
        var key = keys.stream()
                .filter(candidate -> candidate.selector.equals(selector))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("key").exception());
        if (key.signing && keys.stream().filter(other -> other.signing).count() == 1) {
            throw Problem.of(Response.Status.CONFLICT, "no other key of the domain signs yet")
                    .withCode("last-key")
                    .exception();
        }
        key.delete();
        outbox.keysChanged(domain);
    }

    private static DkimKeyPair pair(AddedKey wanted) {
        if ((wanted.algorithm() == null) == (wanted.privateKey() == null)) {
            throw Problem.invalid("#", "expected: either privateKey, or the algorithm of a key to make")
                    .exception();
        }
        if (wanted.privateKey() == null) {
            return DkimKeyPair.generate(wanted.selector(), wanted.algorithm());
        }
        try {
            return DkimKeyReader.read(wanted.selector(), wanted.privateKey());
        } catch (UnusableKeyException e) {
            throw Problem.invalid("#/privateKey", "no usable key: " + e.getMessage())
                    .exception();
        }
    }
}
