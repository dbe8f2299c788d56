package io.milena.auth.rest;

import io.milena.auth.secret.ScramKeys;
import io.milena.auth.store.Credential;
import io.milena.auth.token.AccessTokens;
import io.milena.operator.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * The part of SCRAM-SHA-256 (RFC 5802, RFC 7677) that needs stored keys, which never leave this service. An unknown
 * user gets a salt and fails at the proof, as a user with a wrong password does.
 */
@Path("/internal/v1/scram")
@ServiceOnly
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Internal")
@SecurityRequirement(name = ServiceOnly.SCHEME)
public class ScramResource {
    private static final int SEARCHES_AT_A_TIME = 4;

    private final Logins logins;
    private final AccessTokens tokens;
    /** Proofs checked at a time: a flood of guesses must take neither all database connections nor all memory. */
    private final Semaphore searches = new Semaphore(SEARCHES_AT_A_TIME);

    private final AtomicReference<Optional<ApiKeys>> apiKeys = new AtomicReference<>(Optional.empty());

    private record ApiKeys(Credential.ScramState state, List<Credential.ScramCandidate> candidates) {}

    ScramResource(Logins logins, AccessTokens tokens) {
        this.logins = logins;
        this.tokens = tokens;
    }

    /** The user that wants to log in. */
    public record User(@NotNull @Size(max = 1024) String username) {}

    /** The salt of the secret. */
    public record Salt(String salt, int iterations) {}

    /** The messages of client and server, and the client's proof in base64. */
    public record Proof(
            @NotNull @Size(max = 1024) String username,
            @NotNull @Size(max = 4096) String authMessage,
            @NotNull @Size(max = 128) String proof) {}

    /** The owner of the credential, and the server's own proof. */
    public record Proved(String account, String credential, List<String> networks, String serverFinal) {}

    @POST
    @Path("salt")
    @Operation(summary = "Look up the salt of a user's secret")
    @APIResponse(responseCode = "200", description = "The salt; a made-up one for an unknown user.")
    public Salt salt(@Valid @NotNull User user) {
        if (user.username().equals(Credential.API_KEY_USERNAME)) {
            return new Salt(ScramKeys.apiKeySalt(), ScramKeys.defaultIterations());
        }
        // In the form in which stored names are found; else two forms of a name would show whether it exists.
        var name = Username.parse(user.username()).map(Username::text).orElse(user.username());
        return candidates(user.username()).stream()
                .findFirst()
                .map(known -> new Salt(known.scramSalt(), known.scramIterations()))
                .orElseGet(() ->
                        new Salt(ScramKeys.saltOfNobody(tokens.secret("scram"), name), ScramKeys.defaultIterations()));
    }

    @POST
    @Path("verify")
    @Operation(summary = "Verify a client's proof")
    @APIResponse(responseCode = "200", description = "It is right.")
    @APIResponse(responseCode = "401", description = "It is not.")
    @APIResponse(responseCode = "403", description = "It is, but the account is suspended (code suspended).")
    public Proved verify(@Valid @NotNull Proof proof) {
        if (!searches.tryAcquire()) {
            throw Problem.of(Response.Status.SERVICE_UNAVAILABLE, "too many logins at a time")
                    .exception();
        }
        try {
            return proved(proof);
        } finally {
            searches.release();
        }
    }

    private Proved proved(Proof proof) {
        // The proof does not say which API key it is: all keys of the user name are tried, at a microsecond each.
        for (var candidate : candidates(proof.username())) {
            var signature = candidate.keys().verify(proof.authMessage(), octets(proof.proof()));
            if (signature.isPresent()) {
                var credential =
                        Credential.<Credential>findByIdOptional(candidate.id()).orElseThrow(logins::refused);
                var verified = logins.admitted(credential);
                return new Proved(
                        verified.account(), verified.credential(), verified.networks(), "v=" + signature.get());
            }
        }
        throw logins.refused();
    }

    private List<Credential.ScramCandidate> candidates(String username) {
        if (username.equals(Credential.API_KEY_USERNAME)) {
            return apiKeys();
        }
        return Username.parse(username)
                .map(name -> Credential.byUsernameForScram(name.text()))
                .orElse(List.of());
    }

    /** A flood of guesses must not load the keys of all API keys each time. */
    private List<Credential.ScramCandidate> apiKeys() {
        // Before the keys: a change in between makes the next login load them again.
        var state = Credential.scramState(Credential.API_KEY_USERNAME);
        var kept = apiKeys.get();
        if (kept.isPresent() && kept.get().state().equals(state)) {
            return kept.get().candidates();
        }
        var loaded = Credential.byUsernameForScram(Credential.API_KEY_USERNAME);
        apiKeys.set(Optional.of(new ApiKeys(state, loaded)));
        return loaded;
    }

    private static byte[] octets(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
