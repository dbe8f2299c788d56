package io.milena.auth.rest;

import io.milena.auth.store.DomainKeys;
import io.milena.operator.AdminOnly;
import io.milena.operator.Problem;
import io.milena.topics.KeyEncryption;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * The REST interface of the keys that encrypt all DKIM private keys: which are in use, and the exchange of one. Shows
 * names of keys only.
 */
@Path("/v1/signing-keys")
@AdminOnly
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Signing keys", description = "How the DKIM private keys of all domains are encrypted.")
@SecurityRequirement(name = AdminOnly.SCHEME)
@APIResponse(
        responseCode = "default",
        description = "A problem document.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class SigningKeysResource {
    private final DomainKeys keys;
    private final KeyEncryption encryption;

    SigningKeysResource(DomainKeys keys, KeyEncryption encryption) {
        this.keys = keys;
        this.encryption = encryption;
    }

    /** How private keys are stored. */
    public record Encryption(
            @Schema(description = "The key that encrypts, or none.", examples = "k2")
            String current,

            @Schema(description = "Every key that is in use or could be, by name; none for private keys in clear.")
            List<Use> keys,

            @Schema(description = "Changes of private keys that have not reached the other services yet.")
            long unpublished) {}

    /** One key's use. */
    public record Use(
            @Schema(examples = "k1") String key,

            @Schema(description = "Number of private keys that it encrypts.")
            long privateKeys,

            @Schema(description = "Whether auth-service has it: without it those private keys cannot be used.")
            boolean configured) {}

    /** The result of a re-encryption. */
    public record Reencryption(
            @Schema(description = "The key that encrypts, or none.", examples = "k2")
            String current,

            @Schema(description = "Private keys that it encrypts since now.")
            int encrypted,

            @Schema(description = "Private keys that it encrypted before.")
            int unchanged,

            @Schema(description = "Private keys that cannot be decrypted, and were left alone.")
            List<DomainKeys.Unreadable> unreadable) {}

    @GET
    @Operation(summary = "Show how private keys are encrypted")
    @APIResponse(responseCode = "200", description = "The keys that encrypt, by name.")
    public Encryption show() {
        var counts = new TreeMap<>(keys.counts());
        encryption.names().forEach(name -> counts.putIfAbsent(name, 0L));
        return new Encryption(
                current(),
                counts.entrySet().stream()
                        .map(entry -> new Use(entry.getKey(), entry.getValue(), encryption.knows(entry.getKey())))
                        .toList(),
                keys.unpublished());
    }

    @POST
    @Path("reencrypt")
    @Consumes(MediaType.WILDCARD)
    @Operation(
            summary = "Encrypt every private key with the current key",
            description =
                    "The first key of milena.keys.encryption. Publishes the keys of all domains. May be repeated, and disturbs"
                            + " no mail.")
    @APIResponse(responseCode = "200", description = "How many private keys were encrypted anew.")
    public Reencryption reencrypt() {
        var done = keys.reencrypt();
        return new Reencryption(current(), done.encrypted(), done.unchanged(), done.unreadable());
    }

    private String current() {
        return encryption.current().orElse(KeyEncryption.NONE);
    }
}
