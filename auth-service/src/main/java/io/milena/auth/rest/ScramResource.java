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
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * SCRAM-SHA-256 (RFC 5802, RFC 7677) as far as it needs what is kept of secrets; that never leaves this service. A user that there is not has a salt
 * and fails at the proof, as one with a wrong password does.
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
    /** A flood of guesses is to take neither all connections to the database nor all memory. */
    private final Semaphore searches = new Semaphore(SEARCHES_AT_A_TIME);

    ScramResource(Logins logins, AccessTokens tokens) {
        this.logins = logins;
        this.tokens = tokens;
    }

    /** Who wants to log in. */
    public record User(@NotNull @Size(max = 1024) String username) {}

    /** What the secret is salted with. */
    public record Salt(String salt, int iterations) {}

    /** What the client and the server have said, and the client's proof in base64. */
    public record Proof(
            @NotNull @Size(max = 1024) String username,
            @NotNull @Size(max = 4096) String authMessage,
            @NotNull @Size(max = 128) String proof) {}

    /** Whose credential it is, and what proves this server to the client. */
    public record Proved(String account, String credential, List<String> networks, String serverFinal) {}

    @POST
    @Path("salt")
    @Operation(summary = "Look up the salt of a user's secret")
    @APIResponse(responseCode = "200", description = "The salt; for a user that there is not, something like it.")
    public Salt salt(@Valid @NotNull User user) {
        if (user.username().equals(Credential.API_KEY_USERNAME)) {
            return new Salt(ScramKeys.apiKeySalt(), ScramKeys.defaultIterations());
        }
        // In the form in which one that there is is found: else the two forms of a name would tell.
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
        // An API key is found by trying all: a proof tells nothing of the key. A try takes a microsecond.
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

    private static List<Credential.ScramCandidate> candidates(String username) {
        return Username.parse(username)
                .map(name -> Credential.byUsernameForScram(name.text()))
                .orElse(List.of());
    }

    private static byte[] octets(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
