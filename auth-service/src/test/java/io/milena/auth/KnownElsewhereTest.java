package io.milena.auth;

import static io.milena.auth.Api.admin;
import static io.milena.auth.Api.expectProblem;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.Map;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.Test;

/** Credentials whose secret is not ours: an identity provider's tokens, and certificates. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class KnownElsewhereTest {
    private static final String CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIIBgTCCASegAwIBAgIUaSKYyNE1IJMZS5Jn/1+9wnbl09cwCgYIKoZIzj0EAwIw
            FjEUMBIGA1UEAwwLY2xpZW50LnRlc3QwHhcNMjYxMTI0MTIzODUyWhcNMzYxMTIx
            MTIzODUyWjAWMRQwEgYDVQQDDAtjbGllbnQudGVzdDBZMBMGByqGSM49AgEGCCqG
            SM49AwEHA0IABOXzIdrMrRGhEioBOgJYcpUjWVZyJ2e8ZE5CxdUK44ya/bz1QiZn
            Zx/3W+IFgNWF6qff9z5tgvmEn+U9WzGYv0ajUzBRMB0GA1UdDgQWBBQ7kolg7dZC
            GDE85+xutuPYY/F7oDAfBgNVHSMEGDAWgBQ7kolg7dZCGDE85+xutuPYY/F7oDAP
            BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIEv9nLS3EXQPFhR9eP5k
            X5hkOB0KxST/OZhu2rIuIjwjAiEArxyrwAhXmeTjxeRIeei8IA4uvfD2IS0C7uTd
            F29FASU=
            -----END CERTIFICATE-----
            """;

    private static ValidatableResponse verify(String what, Map<String, String> login) {
        return given().auth()
                .preemptive()
                .oauth2(Platform.SERVICE_TOKEN)
                .contentType(ContentType.JSON)
                .body(login)
                .post("/internal/v1/verify/" + what)
                .then();
    }

    private static ValidatableResponse token(String username, String token) {
        return verify("token", Map.of("username", username, "token", token));
    }

    private static ValidatableResponse create(String account, Map<String, String> credential) {
        return admin().body(credential)
                .post("/v1/accounts/{account}/credentials", account)
                .then();
    }

    @Test
    void aTokenOfTheProvidersLogsItsUserIn() throws Exception {
        var provider = Platform.identities;
        var account = Api.newAccount("Tokens");
        String id = create(account, Map.of("type", "oauth", "username", "ann@tokens.example"))
                .statusCode(201)
                .body("secret", nullValue())
                .extract()
                .path("id");

        token("ann@tokens.example", IdentityProvider.signed(provider.claims("ann@tokens.example"), provider.key))
                .statusCode(200)
                .body("account", equalTo(account))
                .body("credential", equalTo(id));
        // Somebody else's token; one of a user without a credential.
        expectProblem(
                token(
                        "ann@tokens.example",
                        IdentityProvider.signed(provider.claims("eve@tokens.example"), provider.key)),
                401);
        expectProblem(
                token(
                        "eve@tokens.example",
                        IdentityProvider.signed(provider.claims("eve@tokens.example"), provider.key)),
                401);
        Api.revoke(account, id);
        expectProblem(
                token(
                        "ann@tokens.example",
                        IdentityProvider.signed(provider.claims("ann@tokens.example"), provider.key)),
                401);
    }

    @Test
    void aTokenThatIsNotGoodIsRefused() throws Exception {
        var provider = Platform.identities;
        create(Api.newAccount("Bad tokens"), Map.of("type", "oauth", "username", "bad@tokens.example"))
                .statusCode(201);
        var expired = provider.claims("bad@tokens.example");
        expired.setExpirationTime(NumericDate.fromSeconds(NumericDate.now().getValue() - 60));
        var forever = provider.claims("bad@tokens.example");
        forever.unsetClaim("exp");
        var forOthers = provider.claims("bad@tokens.example");
        forOthers.setAudience("others");
        var byOthers = provider.claims("bad@tokens.example");
        byOthers.setIssuer("https://other.example");
        var nobodys = provider.claims("bad@tokens.example");
        nobodys.unsetClaim("email");
        var claimed = provider.claims("bad@tokens.example");
        claimed.setClaim("email_verified", false);
        var claimedOnly = provider.claims("bad@tokens.example");
        claimedOnly.unsetClaim("email_verified");
        for (var claims : new JwtClaims[] {expired, forever, forOthers, byOthers, nobodys, claimed, claimedOnly}) {
            expectProblem(token("bad@tokens.example", IdentityProvider.signed(claims, provider.key)), 401);
        }
        var stranger = RsaJwkGenerator.generateJwk(2048);
        stranger.setKeyId("k1");
        expectProblem(
                token("bad@tokens.example", IdentityProvider.signed(provider.claims("bad@tokens.example"), stranger)),
                401);
        stranger.setKeyId("k2");
        expectProblem(
                token("bad@tokens.example", IdentityProvider.signed(provider.claims("bad@tokens.example"), stranger)),
                401);
        var unsigned = new JsonWebSignature();
        unsigned.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        unsigned.setAlgorithmHeaderValue(AlgorithmIdentifiers.NONE);
        unsigned.setPayload(provider.claims("bad@tokens.example").toJson());
        expectProblem(token("bad@tokens.example", unsigned.getCompactSerialization()), 401);
        expectProblem(token("bad@tokens.example", "no token"), 401);
    }

    @Test
    void aCertificateLogsInByItsHash() throws Exception {
        var account = Api.newAccount("Certificates");
        String id = create(account, Map.of("type", "certificate", "certificate", CERTIFICATE))
                .statusCode(201)
                .extract()
                .path("id");
        var certificate = CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(CERTIFICATE.getBytes(StandardCharsets.US_ASCII)));
        var hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));

        verify("certificate", Map.of("fingerprint", hash)).statusCode(200).body("credential", equalTo(id));
        expectProblem(verify("certificate", Map.of("fingerprint", "0".repeat(64))), 401);
        expectProblem(create(account, Map.of("type", "certificate", "certificate", CERTIFICATE)), 409);
        expectProblem(create(account, Map.of("type", "certificate", "certificate", "no PEM")), 400)
                .body("errors[0].pointer", equalTo("#/certificate"));
        expectProblem(create(account, Map.of("type", "certificate")), 400);
    }
}
