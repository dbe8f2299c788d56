package io.milena.auth.rest;

import io.milena.auth.secret.PasswordHashing;
import io.milena.auth.store.Credential;
import io.milena.auth.store.CredentialType;
import io.milena.auth.token.IdentityTokens;
import io.milena.operator.Problem;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * Verifies logins for ingest, at the first AUTH of a credential. A failed login learns nothing: an unknown user, a
 * wrong password and a revoked one get the same answer after the same time; only a client with the right secret learns
 * that its account is suspended.
 */
@Path("/internal/v1/verify")
@ServiceOnly
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "Internal", description = "For the platform's own services.")
@SecurityScheme(
        securitySchemeName = ServiceOnly.SCHEME,
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        description = "The token that ingest and auth-service share: milena.auth.service-token.")
@SecurityRequirement(name = ServiceOnly.SCHEME)
public class VerificationResource {
    private final PasswordHashing passwords;
    private final Logins logins;
    private final IdentityTokens tokens;

    VerificationResource(PasswordHashing passwords, Logins logins, IdentityTokens tokens) {
        this.tokens = tokens;
        this.passwords = passwords;
        this.logins = logins;
    }

    /** A user name and secret that a client gave in AUTH. */
    public record Login(
            @NotNull @Size(max = 1024) String username,
            @NotNull @Size(max = 1024) String password) {
        @Override
        public String toString() {
            return "Login[username=" + username + "]";
        }
    }

    /** A token that a client gave by OAUTHBEARER or XOAUTH2. */
    public record TokenLogin(
            @NotNull @Size(max = 1024) String username,
            @NotNull @Size(max = 16384) String token) {
        @Override
        public String toString() {
            return "TokenLogin[username=" + username + "]";
        }
    }

    /** The certificate of a client that chose EXTERNAL: its SHA-256 in hex. */
    public record CertificateLogin(@NotNull @Size(max = 64) String fingerprint) {}

    @POST
    @Operation(summary = "Verify a user name and a secret")
    @APIResponse(responseCode = "200", description = "They are right.")
    @APIResponse(
            responseCode = "401",
            description = "They are not.",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    @APIResponse(
            responseCode = "403",
            description =
                    "They are, but the account is suspended (code suspended); or the service token is wrong (code service-token).",
            content = @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
    public Logins.Verified verify(
            @Valid @NotNull Login login,
            @Parameter(description = "Whether this client logged in as this user before: it need not wait for others.")
                    @QueryParam("known")
                    boolean known) {
        var credential = matching(login, known).orElseThrow(logins::refused);
        var verified = logins.admitted(credential);
        if (credential.scramStoredKey == null) {
            QuarkusTransaction.requiringNew()
                    .run(() -> Credential.<Credential>findByIdOptional(credential.id)
                            .ifPresent(found -> found.learn(login.password())));
        }
        return verified;
    }

    @POST
    @Path("token")
    @Operation(summary = "Verify an identity provider's access token")
    @APIResponse(responseCode = "200", description = "It is good, and its user has a credential.")
    @APIResponse(responseCode = "401", description = "It is not, or its user has none.")
    @APIResponse(responseCode = "503", description = "The identity provider's keys are not available.")
    public Logins.Verified token(@Valid @NotNull TokenLogin login) {
        var user = tokens.user(login.token()).filter(name -> name.equals(login.username()));
        return logins.admitted(user.flatMap(name -> Credential.byUsername(CredentialType.OAUTH, name))
                .orElseThrow(logins::refused));
    }

    @POST
    @Path("certificate")
    @Operation(summary = "Look for a client's certificate, whose possession ingest has seen proved")
    @APIResponse(responseCode = "200", description = "It is a credential.")
    @APIResponse(responseCode = "401", description = "It is none.")
    public Logins.Verified certificate(@Valid @NotNull CertificateLogin login) {
        return logins.admitted(Credential.byUsername(CredentialType.CERTIFICATE, login.fingerprint())
                .orElseThrow(logins::refused));
    }

    private Optional<Credential> matching(Login login, boolean known) {
        if (login.username().equals(Credential.API_KEY_USERNAME)) {
            return Credential.byApiKey(login.password());
        }
        var credential = Username.parse(login.username())
                .flatMap(name -> Credential.byUsername(CredentialType.PASSWORD, name.text()));
        boolean matches = passwords.verify(login.password(), credential.map(found -> found.secret), known);
        return credential.filter(found -> matches);
    }
}
