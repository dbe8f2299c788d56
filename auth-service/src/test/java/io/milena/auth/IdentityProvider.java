package io.milena.auth;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;

/** An OpenID Connect provider on loopback: its discovery document, its keys, and tokens as a test wants them. */
final class IdentityProvider implements AutoCloseable {
    private final HttpServer server;
    final RsaJsonWebKey key;

    IdentityProvider() {
        try {
            key = RsaJwkGenerator.generateJwk(2048);
            key.setKeyId("k1");
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
        server.createContext(
                "/.well-known/openid-configuration",
                exchange -> answer(exchange, "{\"issuer\":\"" + url() + "\",\"jwks_uri\":\"" + url() + "/keys\"}"));
        server.createContext(
                "/keys", exchange -> answer(exchange, new JsonWebKeySet(key).toJson(OutputControlLevel.PUBLIC_ONLY)));
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        var octets = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, octets.length);
        exchange.getResponseBody().write(octets);
        exchange.close();
    }

    /** The claims of a good token for this user. */
    JwtClaims claims(String email) {
        var claims = new JwtClaims();
        claims.setIssuer(url());
        claims.setAudience("milena");
        claims.setSubject("u-1");
        claims.setStringClaim("email", email);
        claims.setClaim("email_verified", true);
        claims.setExpirationTimeMinutesInTheFuture(10);
        return claims;
    }

    static String signed(JwtClaims claims, RsaJsonWebKey by) throws JoseException {
        var token = new JsonWebSignature();
        token.setPayload(claims.toJson());
        token.setKey(by.getPrivateKey());
        token.setKeyIdHeaderValue(by.getKeyId());
        token.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
        return token.getCompactSerialization();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
