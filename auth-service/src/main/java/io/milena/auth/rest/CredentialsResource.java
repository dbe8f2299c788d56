package io.milena.auth.rest;

import io.milena.auth.secret.GeneratedSecret;
import io.milena.auth.secret.PasswordHashing;
import io.milena.auth.secret.ScramKeys;
import io.milena.auth.store.Credential;
import io.milena.auth.store.CredentialType;
import io.milena.auth.store.Outbox;
import io.milena.operator.AdminOnly;
import io.milena.operator.Items;
import io.milena.operator.Problem;
import io.milena.operator.StrictJson;
import io.milena.smtp.Network;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.resteasy.reactive.jackson.CustomDeserialization;
import jakarta.transaction.Transactional;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** The REST interface of an account's credentials. A secret is made here, shown once and kept as a hash. */
@Path("/v1/accounts/{account}/credentials")
@AdminOnly
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@CustomDeserialization(StrictJson.class)
@Tag(name = "Credentials", description = "The means by which applications log in.")
@SecurityRequirement(name = AdminOnly.SCHEME)
@APIResponse(
        responseCode = "default",
        description = "A problem document.",
        content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
public class CredentialsResource {
    private static final String NETWORKS = "CIDRs that it is good from; none: from everywhere.";

    private static final int MOST_NETWORKS = 100;

    private final Outbox outbox;
    private final PasswordHashing passwords;

    CredentialsResource(Outbox outbox, PasswordHashing passwords) {
        this.outbox = outbox;
        this.passwords = passwords;
    }

    /** A request to make a credential. */
    public record NewCredential(
            @NotNull CredentialType type,

            @Schema(
                    description =
                            "For a password: the user name to log in with, which must be unique. For oauth: the user that the token names. The user name of every API key is apikey.",
                    examples = "billing@example.com")
            String username,

            @Schema(description = "For a certificate: the client's own, PEM. Its SHA-256 becomes the user name.")
            @Size(max = 16384)
            String certificate,

            @Schema(description = NETWORKS, examples = "[\"192.0.2.0/24\"]")
            List<@NotNull String> networks) {}

    /** A request to change a credential. */
    public record CredentialChange(
            @Schema(description = NETWORKS, examples = "[\"192.0.2.0/24\"]") @NotNull
            List<@NotNull String> networks) {}

    /** A credential just made: the only time that its secret is shown, where it has one. */
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
    public record CredentialView(
            String id, CredentialType type, String username, List<String> networks, Instant createdAt) {
        static CredentialView of(Credential credential) {
            return new CredentialView(
                    credential.id, credential.type, credential.username, credential.networks, credential.createdAt);
        }
    }

    @POST
    @Operation(summary = "Make a credential", description = "The secret is in this answer and is never shown again.")
    @APIResponse(
            responseCode = "201",
            description = "The credential with its secret.",
            content = @Content(schema = @Schema(implementation = CredentialWithSecret.class)))
    public RestResponse<CredentialWithSecret> create(String account, @Valid @NotNull NewCredential wanted) {
        var networks = networks(wanted.networks() == null ? List.of() : wanted.networks());
        return switch (wanted.type()) {
            case API_KEY -> apiKey(account, wanted.username(), networks);
            case PASSWORD -> password(account, wanted.username(), networks);
            case OAUTH -> token(account, wanted.username(), networks);
            case CERTIFICATE -> certificate(account, wanted.certificate(), networks);
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

    @PATCH
    @Path("{id}")
    @Transactional
    @Operation(
            summary = "Change where a credential is good",
            description = "It counts within a second at every replica of the platform, in open sessions too.")
    @APIResponse(responseCode = "200", description = "The credential as it is now.")
    public CredentialView change(String account, String id, @Valid @NotNull CredentialChange change) {
        var networks = networks(change.networks());
        // Changes reach the outbox in the order in which they happen.
        outbox.takeTurn();
        var credential = required(account, id);
        credential.networks = networks;
        outbox.changed(credential);
        return CredentialView.of(credential);
    }

    @DELETE
    @Path("{id}")
    @Transactional
    @Operation(
            summary = "Revoke a credential",
            description = "It is refused within a second by every replica of the platform.")
    @APIResponse(responseCode = "204", description = "It is revoked.")
    public void revoke(String account, String id) {
        outbox.takeTurn();
        var credential = required(account, id);
        credential.delete();
        outbox.removed(credential);
    }

    private static Credential required(String account, String id) {
        return Credential.byId(account, id)
                .orElseThrow(() -> Problem.notFound("credential").exception());
    }

    private static List<String> networks(List<String> given) {
        if (given.size() > MOST_NETWORKS) {
            throw Problem.invalid("#/networks", "expected: " + MOST_NETWORKS + " or fewer")
                    .exception();
        }
        for (int i = 0; i < given.size(); i++) {
            try {
                Network.parse(given.get(i));
            } catch (IllegalArgumentException e) {
                throw Problem.invalid("#/networks/" + i, "expected: a CIDR such as 192.0.2.0/24")
                        .exception();
            }
        }
        return given;
    }

    private RestResponse<CredentialWithSecret> apiKey(String account, String username, List<String> networks) {
        if (username != null && !username.equals(Credential.API_KEY_USERNAME)) {
            throw Problem.invalid("#/username", "the user name of an API key is " + Credential.API_KEY_USERNAME)
                    .exception();
        }
        var key = GeneratedSecret.apiKey();
        return stored(account, key, () -> Credential.createApiKey(account, key, networks));
    }

    private RestResponse<CredentialWithSecret> password(String account, String given, List<String> networks) {
        var username = username(given);
        var secret = GeneratedSecret.password();
        // Before the transaction: hashing takes a while, and must not hold a connection meanwhile.
        var hash = passwords.hash(secret);
        var scram = ScramKeys.ofPassword(secret);
        return stored(account, secret, () -> Credential.createPassword(account, username, hash, scram, networks));
    }

    private RestResponse<CredentialWithSecret> token(String account, String given, List<String> networks) {
        var username = username(given);
        return stored(
                account,
                null,
                () -> Credential.createKnownElsewhere(account, CredentialType.OAUTH, username, networks));
    }

    private RestResponse<CredentialWithSecret> certificate(String account, String pem, List<String> networks) {
        var fingerprint = Fingerprint.of(pem)
                .orElseThrow(() -> Problem.invalid("#/certificate", "expected: a certificate in PEM")
                        .exception());
        return stored(
                account,
                null,
                () -> Credential.createKnownElsewhere(account, CredentialType.CERTIFICATE, fingerprint, networks));
    }

    private static String username(String given) {
        return Username.parse(given)
                .filter(name -> !name.text().equalsIgnoreCase(Credential.API_KEY_USERNAME))
                .orElseThrow(
                        () -> Problem.invalid("#/username", Username.EXPECTED).exception())
                .text();
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
