package io.milena.auth.rest;

import io.milena.auth.secret.GeneratedSecret;
import io.milena.auth.secret.PasswordHashing;
import io.milena.auth.store.Credential;
import io.milena.auth.store.CredentialType;
import io.milena.auth.store.Outbox;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.resteasy.reactive.jackson.CustomDeserialization;
import jakarta.transaction.Transactional;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.time.Instant;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** An account's credentials. A secret is made here, shown once and kept as a hash. */
@Path("/v1/accounts/{account}/credentials")
@AdminOnly
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@CustomDeserialization(StrictJson.class)
@Tag(name = "Credentials", description = "What an application logs in with.")
@SecurityRequirement(name = AdminOnly.SCHEME)
@APIResponse(
        responseCode = "default",
        description = "A problem document.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class CredentialsResource {
    private final Outbox outbox;
    private final PasswordHashing passwords;

    CredentialsResource(Outbox outbox, PasswordHashing passwords) {
        this.outbox = outbox;
        this.passwords = passwords;
    }

    /** To make a credential. */
    public record NewCredential(
            @NotNull CredentialType type,

            @Schema(
                    description =
                            "For a password: the user name to log in with, one of a kind. The user name of every API key is apikey.",
                    examples = "billing@example.com")
            String username) {}

    /** A credential just made: the only time that its secret is shown. */
    public record CredentialWithSecret(
            @Schema(examples = "cq4n6zk3h7ty2mwpd") String id,
            @Schema(examples = "apikey") String username,
            @Schema(examples = "mk_5fJq…") String secret) {
        @Override
        public String toString() {
            return "CredentialWithSecret[id=" + id + ", username=" + username + "]";
        }
    }

    /** A credential as the API shows it afterwards. */
    public record CredentialView(String id, CredentialType type, String username, Instant createdAt) {
        static CredentialView of(Credential credential) {
            return new CredentialView(credential.id, credential.type, credential.username, credential.createdAt);
        }
    }

    @POST
    @Operation(summary = "Make a credential", description = "The secret is in this answer and is never shown again.")
    @APIResponse(
            responseCode = "201",
            description = "The credential with its secret.",
            content = @Content(schema = @Schema(implementation = CredentialWithSecret.class)))
    public RestResponse<CredentialWithSecret> create(String account, @Valid @NotNull NewCredential wanted) {
        return switch (wanted.type()) {
            case API_KEY -> apiKey(account, wanted.username());
            case PASSWORD -> password(account, wanted.username());
        };
    }

    @GET
    @Operation(summary = "List an account's credentials", description = "Without their secrets.")
    @APIResponse(responseCode = "200", description = "The credentials.")
    public Items<CredentialView> list(String account) {
        AccountsResource.required(account);
        return new Items<>(
                Credential.of(account).stream().map(CredentialView::of).toList());
    }

    @DELETE
    @Path("{id}")
    @Transactional
    @Operation(
            summary = "Revoke a credential",
            description = "It is refused within a second by every replica of the platform.")
    @APIResponse(responseCode = "204", description = "It is revoked.")
    public void revoke(String account, String id) {
        var credential = Credential.byId(account, id)
                .orElseThrow(() -> Problem.notFound("credential").exception());
        credential.delete();
        outbox.removed(credential);
    }

    private RestResponse<CredentialWithSecret> apiKey(String account, String username) {
        if (username != null && !username.equals(Credential.API_KEY_USERNAME)) {
            throw Problem.invalid("#/username", "the user name of an API key is " + Credential.API_KEY_USERNAME)
                    .exception();
        }
        var key = GeneratedSecret.apiKey();
        return stored(account, key, () -> Credential.createApiKey(account, key));
    }

    private RestResponse<CredentialWithSecret> password(String account, String given) {
        var username = Username.parse(given)
                .filter(name -> !name.text().equalsIgnoreCase(Credential.API_KEY_USERNAME))
                .orElseThrow(
                        () -> Problem.invalid("#/username", Username.EXPECTED).exception());
        var secret = GeneratedSecret.password();
        // Before the transaction: it takes a while, and no connection need wait for it.
        var hash = passwords.hash(secret);
        return stored(account, secret, () -> Credential.createPassword(account, username.text(), hash));
    }

    private RestResponse<CredentialWithSecret> stored(String account, String secret, Supplier<Credential> create) {
        var credential = QuarkusTransaction.requiringNew().call(() -> {
            AccountsResource.required(account);
            var created = create.get();
            outbox.changed(created);
            return created;
        });
        var location = URI.create("/v1/accounts/" + account + "/credentials/" + credential.id);
        return RestResponse.ResponseBuilder.<CredentialWithSecret>created(location)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(new CredentialWithSecret(credential.id, credential.username, secret))
                .build();
    }
}
