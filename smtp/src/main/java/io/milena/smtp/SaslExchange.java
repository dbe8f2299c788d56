package io.milena.smtp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** An AUTH exchange under way (RFC 4954): PLAIN (RFC 4616), or the LOGIN that the field uses. A value: each response gives a {@link Turn}. */
public sealed interface SaslExchange {
    /** What a response leads to. */
    sealed interface Turn {
        record Challenge(SaslExchange next, Reply reply) implements Turn {}

        record Credentials(String username, String secret) implements Turn {
            /** Without the secret: it never reaches a log. */
            @Override
            public String toString() {
                return "Credentials[username=" + username + "]";
            }
        }

        record Refused(Reply reply) implements Turn {}
    }

    /** Begins an exchange; empty if the mechanism is not ours. */
    static Optional<Turn> begin(String mechanism, Optional<String> initialResponse) {
        Turn.Challenge first;
        switch (mechanism) {
            case "PLAIN" -> first = new Turn.Challenge(new Plain(), Replies.challenge(""));
            case "LOGIN" -> first = new Turn.Challenge(new LoginUsername(), Replies.challenge(base64("Username:")));
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of(initialResponse
                // RFC 4954 §4: "=" is an initial response of no octets.
                .map(given -> first.next().respond(given.equals("=") ? "" : given))
                .orElse(first));
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
                    ? new Turn.Credentials(parts[1], parts[2])
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
                    : new Turn.Credentials(username, response);
        }
    }

    private static String base64(String text) {
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
