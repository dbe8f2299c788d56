package io.milena.smtp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** An AUTH exchange under way (RFC 4954): PLAIN (RFC 4616), the LOGIN that the field uses, SCRAM, a token, or the client's certificate. A value: each response gives a {@link Turn}. */
public sealed interface SaslExchange
        permits BearerExchange,
                SaslExchange.External,
                SaslExchange.Plain,
                SaslExchange.LoginUsername,
                SaslExchange.LoginSecret,
                ScramExchange {
    /** What a response leads to. */
    sealed interface Turn {
        record Challenge(SaslExchange next, Reply reply) implements Turn {}

        /** The platform has to look up a salt. */
        record NeedsSalt(ScramExchange.Opened opened) implements Turn {}

        /** The platform has to verify them. */
        record Credentials(Login login) implements Turn {}

        /** The exchange is over, and who the client is had been verified before. */
        record Success(Identity identity) implements Turn {}

        record Refused(Reply reply) implements Turn {}
    }

    /** What an exchange may use: the connection, where it can be bound to, a nonce, and whether tokens are taken. */
    record Means(Optional<SecureChannel> channel, String nonce, boolean tokens) {}

    /** The mechanisms that are offered, the strongest first; with -PLUS where the connection can be bound to. */
    static String offered(Optional<SecureChannel> channel, boolean tokens) {
        return (channel.flatMap(SecureChannel::clientCertificate).isPresent() ? "EXTERNAL " : "")
                + (channel.isPresent() ? "SCRAM-SHA-256-PLUS " : "")
                + "SCRAM-SHA-256 PLAIN LOGIN"
                + (tokens ? " OAUTHBEARER XOAUTH2" : "");
    }

    /** Begins an exchange; empty if the mechanism is not ours. */
    static Optional<Turn> begin(String mechanism, Optional<String> initialResponse, Means means) {
        var first =
                switch (mechanism) {
                    case "PLAIN" -> challenge(new Plain(), "");
                    case "LOGIN" -> challenge(new LoginUsername(), "Username:");
                    case "SCRAM-SHA-256" ->
                        challenge(new ScramExchange.Start(false, means.channel(), means.nonce()), "");
                    case "SCRAM-SHA-256-PLUS" ->
                        means.channel()
                                .flatMap(bound ->
                                        challenge(new ScramExchange.Start(true, means.channel(), means.nonce()), ""));
                    case "EXTERNAL" ->
                        means.channel()
                                .flatMap(SecureChannel::clientCertificate)
                                .flatMap(certificate -> challenge(new External(certificate), ""));
                    case "OAUTHBEARER" -> token(means, BearerExchange.OAUTHBEARER);
                    case "XOAUTH2" -> token(means, BearerExchange.XOAUTH2);
                    default -> Optional.<Turn.Challenge>empty();
                };
        return first.map(challenge -> initialResponse
                // RFC 4954 §4: "=" is an initial response of no octets.
                .map(given -> challenge.next().respond(given.equals("=") ? "" : given))
                .orElse(challenge));
    }

    private static Optional<Turn.Challenge> token(Means means, Pattern form) {
        return means.tokens() ? challenge(new BearerExchange.Start(form), "") : Optional.empty();
    }

    private static Optional<Turn.Challenge> challenge(SaslExchange next, String text) {
        return Optional.of(new Turn.Challenge(next, Replies.challenge(base64(text))));
    }

    /** The client's next line. */
    default Turn respond(String line) {
        // RFC 4954 §4: the client gives up.
        if (line.equals("*")) {
            return new Turn.Refused(Replies.AUTH_CANCELLED);
        }
        return decode(line).map(this::take).orElse(new Turn.Refused(Replies.AUTH_MALFORMED));
    }

    Turn take(String response);

    /** RFC 4422 appendix A: who it is, the connection has shown; the response may name whom to act for, and nobody acts for someone else here. */
    record External(String certificate) implements SaslExchange {
        @Override
        public Turn take(String response) {
            return response.isEmpty()
                    ? new Turn.Credentials(new Login.Certificate(certificate))
                    : new Turn.Refused(Replies.AUTH_FAILED);
        }
    }

    /** {@code [authzid] NUL authcid NUL password}. */
    record Plain() implements SaslExchange {
        @Override
        public Turn take(String response) {
            var parts = response.split("\0", -1);
            if (parts.length != 3 || parts[1].isEmpty() || parts[2].isEmpty()) {
                return new Turn.Refused(Replies.AUTH_MALFORMED);
            }
            // RFC 4616 §2: nobody acts for someone else here.
            return parts[0].isEmpty() || parts[0].equals(parts[1])
                    ? new Turn.Credentials(new Login.Password(parts[1], parts[2]))
                    : new Turn.Refused(Replies.AUTH_FAILED);
        }
    }

    record LoginUsername() implements SaslExchange {
        @Override
        public Turn take(String response) {
            return response.isEmpty()
                    ? new Turn.Refused(Replies.AUTH_MALFORMED)
                    : new Turn.Challenge(new LoginSecret(response), Replies.challenge(base64("Password:")));
        }
    }

    record LoginSecret(String username) implements SaslExchange {
        @Override
        public Turn take(String response) {
            return response.isEmpty()
                    ? new Turn.Refused(Replies.AUTH_MALFORMED)
                    : new Turn.Credentials(new Login.Password(username, response));
        }
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<String> decode(String line) {
        try {
            var octets = Base64.getDecoder().decode(line);
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString());
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
