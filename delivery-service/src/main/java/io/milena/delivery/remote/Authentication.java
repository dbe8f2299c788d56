package io.milena.delivery.remote;

import io.milena.smtp.EhloReply;
import io.milena.smtp.Reply;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.security.scram.internals.ScramFormatter;
import org.apache.kafka.common.security.scram.internals.ScramMechanism;

/** Logs in at a smart host (RFC 4954): SCRAM-SHA-256 (RFC 7677) where it is offered, else PLAIN or LOGIN. Confined to its session's thread. */
final class Authentication {
    /** A server that asks for more wants to waste our time. */
    private static final int MOST_ITERATIONS = 1_000_000;
    // RFC 7677 §4.
    private static final int LEAST_ITERATIONS = 4096;

    private final Dialogue dialogue;
    private final Login login;
    private final Supplier<String> nonces;

    /** {@code nonces} gives printable ones, without commas. */
    Authentication(Dialogue dialogue, Login login, Supplier<String> nonces) {
        this.dialogue = dialogue;
        this.login = login;
        this.nonces = nonces;
    }

    /** Why it failed; empty if we are logged in. */
    Optional<Cause> run(EhloReply ehlo) throws SessionBroken {
        var offered = List.of(ehlo.parameters("AUTH").toUpperCase(Locale.ROOT).split(" +"));
        if (offered.contains("SCRAM-SHA-256")) {
            return scram();
        }
        if (offered.contains("PLAIN")) {
            return verdict("PLAIN", say("AUTH PLAIN " + base64("\0" + login.username() + "\0" + login.password())));
        }
        return offered.contains("LOGIN") ? login() : Optional.of(failed("it offers no AUTH that we know"));
    }

    /** RFC 4954 §4: the line is a secret, or leads to one. */
    private Reply say(String line) throws SessionBroken {
        return dialogue.command(line, "AUTH");
    }

    /** LOGIN as servers use it: two prompts, whatever they say. */
    private Optional<Cause> login() throws SessionBroken {
        var prompt = say("AUTH LOGIN");
        if (prompt.code() == 334) {
            prompt = say(base64(login.username()));
        }
        return prompt.code() == 334
                ? verdict("LOGIN", say(base64(login.password())))
                : Optional.of(refused("LOGIN", prompt));
    }

    private Optional<Cause> scram() throws SessionBroken {
        var nonce = nonces.get();
        var clientFirst = "n=" + login.username().replace("=", "=3D").replace(",", "=2C") + ",r=" + nonce;
        var challenge = say("AUTH SCRAM-SHA-256 " + base64("n,," + clientFirst));
        if (challenge.code() != 334) {
            return Optional.of(refused("SCRAM-SHA-256", challenge));
        }
        var proof = decoded(challenge).flatMap(serverFirst -> proof(nonce, clientFirst, serverFirst));
        if (proof.isEmpty()) {
            say("*");
            return Optional.of(failed("its SCRAM challenge makes no sense"));
        }
        var verdict = say(base64(proof.get().message()));
        if (verdict.code() == 334) {
            // RFC 5802 §3: a server that cannot prove that it knows the password is an impostor.
            if (!decoded(verdict).equals(Optional.of("v=" + proof.get().serverSignature()))) {
                say("*");
                return Optional.of(failed("it does not know the password itself"));
            }
            verdict = say("");
        } else if (verdict.positive()) {
            return Optional.of(failed("it lets us in without proving that it knows the password"));
        }
        return verdict("SCRAM-SHA-256", verdict);
    }

    private record Proof(String message, String serverSignature) {}

    private Optional<Proof> proof(String nonce, String clientFirst, String serverFirst) {
        var serverNonce = field(serverFirst, "r");
        var salt = field(serverFirst, "s");
        var iterations = field(serverFirst, "i")
                .filter(number -> number.matches("\\d{4,7}"))
                .map(Integer::parseInt);
        if (serverNonce
                        .filter(all -> all.startsWith(nonce) && all.length() > nonce.length())
                        .isEmpty()
                || salt.isEmpty()
                || iterations
                        .filter(count -> count >= LEAST_ITERATIONS && count <= MOST_ITERATIONS)
                        .isEmpty()) {
            return Optional.empty();
        }
        try {
            var scram = new ScramFormatter(ScramMechanism.SCRAM_SHA_256);
            var withoutProof = "c=biws,r=" + serverNonce.get();
            byte[] said = (clientFirst + "," + serverFirst + "," + withoutProof).getBytes(StandardCharsets.UTF_8);
            byte[] salted = scram.hi(
                    login.password().getBytes(StandardCharsets.UTF_8),
                    Base64.getDecoder().decode(salt.get()),
                    iterations.get());
            byte[] clientKey = scram.clientKey(salted);
            byte[] proof = ScramFormatter.xor(clientKey, scram.hmac(scram.storedKey(clientKey), said));
            return Optional.of(new Proof(
                    withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof),
                    Base64.getEncoder().encodeToString(scram.hmac(scram.serverKey(salted), said))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> field(String message, String name) {
        for (var field : message.split(",")) {
            if (field.startsWith(name + "=")) {
                return Optional.of(field.substring(2));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> decoded(Reply challenge) {
        try {
            return Optional.of(
                    new String(Base64.getDecoder().decode(challenge.lines().getFirst()), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<Cause> verdict(String mechanism, Reply reply) {
        return reply.code() == 235 ? Optional.empty() : Optional.of(refused(mechanism, reply));
    }

    /**
     * The operator must correct this, so it is not final for the message. The reply is quoted; the lines that we sent
     * are not.
     */
    private Cause refused(String mechanism, Reply reply) {
        return failed("it refused AUTH " + mechanism + ": " + reply.quoted());
    }

    private Cause failed(String why) {
        return new Cause.Broken(
                Optional.of(dialogue.remote()),
                "4.7.8",
                "cannot log in at " + dialogue.remote().name() + ": " + why);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
