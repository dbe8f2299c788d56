package io.milena.auth.token;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;
import org.jose4j.http.Get;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;
import org.jose4j.lang.UnresolvableKeyException;

/**
 * Checks access tokens of the configured identity provider: JWTs (RFC 9068, RFC 7519) signed with one of its key pairs,
 * for this audience and not expired. The provider's keys are fetched at first need, and kept. Blocks while they are
 * fetched. Thread-safe.
 */
public class IdentityTokens {
    private static final Logger LOG = Logger.getLogger(IdentityTokens.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final Duration FAILURE_MEMORY = Duration.ofSeconds(10);
    private static final int VERIFICATIONS_AT_A_TIME = 4;
    private static final int CLOCK_SKEW_SECONDS = 30;

    private final OidcSettings settings;
    private final Semaphore verifications = new Semaphore(VERIFICATIONS_AT_A_TIME);
    private volatile JwtConsumer consumer;
    /** Time of the last failure to reach the provider; 0 if there was none. */
    private volatile long failedAt;

    /** The provider's keys are not available. */
    public static final class UnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnavailableException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    public IdentityTokens(OidcSettings settings) {
        this.settings = settings;
    }

    /** The user that a good token names; empty if it is not good, or no provider is configured. */
    public Optional<String> user(String token) {
        if (settings.issuer().isEmpty()) {
            return Optional.empty();
        }
        // Fetching keys waits for the provider: a flood of tokens must not take all threads.
        if (!verifications.tryAcquire()) {
            throw new UnavailableException("too many tokens at a time", null);
        }
        try {
            return Optional.of(consumer().processToClaims(token))
                    .filter(this::isConfirmed)
                    .flatMap(this::username);
        } catch (InvalidJwtException e) {
            if (e.getCause() instanceof UnresolvableKeyException && e.getCause().getCause() instanceof IOException) {
                throw new UnavailableException("the identity provider's keys are not available", e);
            }
            // The message quotes the token, which may be personal.
            LOG.debugf(
                    "a token is not good: %s",
                    e.getErrorDetails().stream()
                            .map(error -> error.getErrorCode())
                            .toList());
            return Optional.empty();
        } finally {
            verifications.release();
        }
    }

    /** OpenID Connect Core §5.1: an unverified address is not accepted. */
    private boolean isConfirmed(JwtClaims claims) {
        return !settings.usernameClaim().equals("email") || Boolean.TRUE.equals(claims.getClaimValue("email_verified"));
    }

    private Optional<String> username(JwtClaims claims) {
        try {
            return Optional.ofNullable(claims.getStringClaimValue(settings.usernameClaim()));
        } catch (MalformedClaimException e) {
            return Optional.empty();
        }
    }

    private JwtConsumer consumer() {
        var known = consumer;
        if (known != null) {
            return known;
        }
        long now = System.nanoTime();
        if (failedAt != 0 && now - failedAt < FAILURE_MEMORY.toNanos()) {
            throw new UnavailableException("the identity provider was not reachable a moment ago", null);
        }
        try {
            // Two threads may both ask, and find the same.
            consumer = consumer(settings.jwksUrl().orElseGet(this::discoveredKeys));
            return consumer;
        } catch (UnavailableException e) {
            failedAt = now;
            throw e;
        }
    }

    private JwtConsumer consumer(String keysUrl) {
        var get = new Get();
        get.setConnectTimeout((int) TIMEOUT.toMillis());
        get.setReadTimeout((int) TIMEOUT.toMillis());
        get.setRetries(0);
        var keys = new HttpsJwks(keysUrl);
        keys.setSimpleHttpGet(get);
        // A token may name an unknown key; keys are fetched again for it at most this often.
        keys.setRefreshReprieveThreshold(FAILURE_MEMORY.toMillis());
        return new JwtConsumerBuilder()
                .setVerificationKeyResolver(new HttpsJwksVerificationKeyResolver(keys))
                .setJwsAlgorithmConstraints(
                        AlgorithmConstraints.ConstraintType.PERMIT,
                        AlgorithmIdentifiers.RSA_USING_SHA256,
                        AlgorithmIdentifiers.RSA_USING_SHA384,
                        AlgorithmIdentifiers.RSA_USING_SHA512,
                        AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
                        AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
                        AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
                        AlgorithmIdentifiers.EDDSA)
                .setExpectedIssuer(settings.issuer().orElseThrow())
                .setExpectedAudience(settings.audience())
                .setRequireExpirationTime()
                .setAllowedClockSkewInSeconds(CLOCK_SKEW_SECONDS)
                .build();
    }

    /** OpenID Connect Discovery 1.0 §4. */
    private String discoveredKeys() {
        var url = settings.issuer().orElseThrow().replaceAll("/+$", "") + "/.well-known/openid-configuration";
        try (var client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            var request =
                    HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT).build();
            var answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            var keys =
                    new ObjectMapper().readTree(answer.body()).path("jwks_uri").asText();
            if (answer.statusCode() != 200 || keys.isEmpty()) {
                throw new IOException("status " + answer.statusCode() + ", or no jwks_uri");
            }
            return keys;
        } catch (IOException e) {
            throw new UnavailableException(url + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException(url + ": interrupted", e);
        }
    }
}
