package io.milena.stories.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import org.apache.kafka.common.security.scram.internals.ScramFormatter;
import org.apache.kafka.common.security.scram.internals.ScramMechanism;

/** The client's side of SCRAM-SHA-256 (RFC 5802), with Kafka's arithmetic, over AUTH (RFC 4954). */
public record ScramClient(String username, String secret) {

    /** Without channel binding. */
    public Answer login(SmtpClient client) throws IOException, GeneralSecurityException {
        return login(client, "SCRAM-SHA-256", "n,,", new byte[0]);
    }

    /** Bound to the connection with this type and data. */
    public Answer loginBound(SmtpClient client, String type, byte[] data) throws IOException, GeneralSecurityException {
        return login(client, "SCRAM-SHA-256-PLUS", "p=" + type + ",,", data);
    }

    private Answer login(SmtpClient client, String mechanism, String header, byte[] binding)
            throws IOException, GeneralSecurityException {
        var clientFirst = "n=" + username + ",r=fyko+d2lbbFgONRv9qkxdawL";
        var challenge = client.command("AUTH " + mechanism + " " + base64(header + clientFirst));
        if (challenge.code() != 334) {
            return challenge;
        }
        var serverFirst = text(challenge);
        var input = new ByteArrayOutputStream();
        input.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
        input.writeBytes(binding);
        var withoutProof = "c=" + Base64.getEncoder().encodeToString(input.toByteArray()) + ",r="
                + field(serverFirst, "r").orElseThrow();
        var said = (clientFirst + "," + serverFirst + "," + withoutProof).getBytes(StandardCharsets.UTF_8);
        var scram = new ScramFormatter(ScramMechanism.SCRAM_SHA_256);
        var salted = scram.hi(
                secret.getBytes(StandardCharsets.UTF_8),
                Base64.getDecoder().decode(field(serverFirst, "s").orElseThrow()),
                Integer.parseInt(field(serverFirst, "i").orElseThrow()));
        var clientKey = scram.clientKey(salted);
        var proof = ScramFormatter.xor(clientKey, scram.hmac(scram.storedKey(clientKey), said));
        var verdict =
                client.command(base64(withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof)));
        if (verdict.code() != 334) {
            return verdict;
        }
        var signature = Base64.getEncoder().encodeToString(scram.hmac(scram.serverKey(salted), said));
        if (!text(verdict).equals("v=" + signature)) {
            throw new IllegalStateException("the server does not know the secret: " + text(verdict));
        }
        return client.command("");
    }

    private static Optional<String> field(String message, String name) {
        for (var field : message.split(",")) {
            if (field.startsWith(name + "=")) {
                return Optional.of(field.substring(2));
            }
        }
        return Optional.empty();
    }

    private static String text(Answer challenge) {
        return new String(Base64.getDecoder().decode(challenge.lines().getFirst()), StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
