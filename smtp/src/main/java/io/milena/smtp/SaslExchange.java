package io.milena.smtp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An AUTH exchange under way (RFC 4954): PLAIN (RFC 4616), LOGIN, SCRAM, a bearer token or the client's certificate.
 * Immutable: each response gives a {@link Turn}.
 */
public sealed interface SaslExchange
        permits BearerExchange,
                SaslExchange.External,
                SaslExchange.Plain,
                SaslExchange.LoginUsername,
                SaslExchange.LoginSecret,
                ScramExchange {
    /** The next step after a response. */
    sealed interface Turn {
        record Challenge(SaslExchange next, Reply reply) implements Turn {}

        /** The platform must look up the salt of a password. */
        record NeedsSalt(ScramExchange.Opened opened) implements Turn {}

        /** The client has presented its credentials; the platform must verify them. */
        record Presented(Credentials credentials) implements Turn {}

        /** The exchange is over; the client's identity was verified before. */
        record Success(Identity identity) implements Turn {}

        record Refused(Reply reply) implements Turn {}
    }

    /** Every mechanism, the strongest first. */
    List<String> ALL =
            List.of("EXTERNAL", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN", "LOGIN", "OAUTHBEARER", "XOAUTH2");

    /**
     * The means that exchanges may use.
     *
     * @param mechanisms those that the server offers, if the connection permits them
     * @param channel the connection, if it is under TLS
     * @param nonces gives an exchange a nonce of its own
     */
    record Means(List<String> mechanisms, Optional<SecureChannel> channel, Supplier<String> nonces) {
        /** The mechanisms of this connection. */
        List<String> offered() {
            return mechanisms.stream().filter(this::possible).toList();
        }

        private boolean possible(String mechanism) {
            return switch (mechanism) {
                case "EXTERNAL" ->
                    channel.flatMap(SecureChannel::clientCertificate).isPresent();
                // Only with the binding that clients take by default (RFC 9266): some know no other but tls-unique.
                case "SCRAM-SHA-256-PLUS" ->
                    channel.flatMap(bound -> bound.data("tls-exporter")).isPresent();
                default -> true;
            };
        }
    }

    /** Begins an exchange; empty if the mechanism is not offered. */
    static Optional<Turn> begin(String mechanism, Optional<String> initialResponse, Means means) {
        var offered = means.offered();
        if (!offered.contains(mechanism)) {
            return Optional.empty();
        }
        var first =
                switch (mechanism) {
                    case "EXTERNAL" ->
                        challenge(
                                new External(means.channel()
                                        .flatMap(SecureChannel::clientCertificate)
                                        .orElseThrow()),
                                "");
                    case "SCRAM-SHA-256-PLUS" ->
                        challenge(
                                new ScramExchange.Start(
                                        true,
                                        offered,
                                        means.channel(),
                                        means.nonces().get()),
                                "");
                    case "SCRAM-SHA-256" ->
                        challenge(
                                new ScramExchange.Start(
                                        false,
                                        offered,
                                        means.channel(),
                                        means.nonces().get()),
                                "");
                    case "PLAIN" -> challenge(new Plain(), "");
                    case "LOGIN" -> challenge(new LoginUsername(), "Username:");
                    case "OAUTHBEARER" -> challenge(new BearerExchange.Start(BearerExchange.OAUTHBEARER), "");
                    case "XOAUTH2" -> challenge(new BearerExchange.Start(BearerExchange.XOAUTH2), "");
                    default -> throw new IllegalStateException("mechanism " + mechanism + " is offered and not known");
                };
        return Optional.of(initialResponse
                // RFC 4954 §4: "=" is an initial response of no octets.
                .map(given -> first.next().respond(given.equals("=") ? "" : given))
                .orElse(first));
    }

    private static Turn.Challenge challenge(SaslExchange next, String text) {
        return new Turn.Challenge(next, Replies.challenge(base64(text)));
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

    /**
     * EXTERNAL (RFC 4422 appendix A): the connection has proved the identity. The response may name another identity to
     * act for, which we refuse.
     */
    record External(String certificate) implements SaslExchange {
        @Override
        public Turn take(String response) {
            return response.isEmpty()
                    ? new Turn.Presented(new Credentials.Certificate(certificate))
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
            // RFC 4616 §2: acting for another identity is refused.
            return parts[0].isEmpty() || parts[0].equals(parts[1])
                    ? new Turn.Presented(new Credentials.Password(parts[1], parts[2]))
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
                    : new Turn.Presented(new Credentials.Password(username, response));
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
