package io.milena.smtp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The server's side of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802 §5, RFC 7677) up to the client's proof, which the
 * platform verifies. Immutable.
 */
public sealed interface ScramExchange extends SaslExchange {
    /** Longest message of the client, in characters. */
    int LONGEST = 1024;

    // RFC 5802 §7; a nonce is printable characters but the comma, here 8 or more.
    Pattern FIRST =
            Pattern.compile("([nyp](?:=([A-Za-z0-9.-]+))?),(?:a=([^,]*))?,(n=([^,]*),r=([!-+\\--~]{8,256})(?:,.*)?)");
    Pattern FINAL = Pattern.compile("(c=([A-Za-z0-9+/=]+),r=([^,]+)(?:,.*)?),p=([A-Za-z0-9+/=]+)");

    /** The client has yet to begin. */
    record Start(boolean plus, List<String> offered, Optional<SecureChannel> channel, String nonce)
            implements ScramExchange {
        @Override
        public Turn take(String response) {
            var first = FIRST.matcher(response);
            if (response.length() > LONGEST || !first.matches()) {
                return new Turn.Refused(Replies.AUTH_MALFORMED);
            }
            var type = Optional.ofNullable(first.group(2));
            var flag = first.group(1).charAt(0);
            if (type.isPresent() != (flag == 'p')) {
                return new Turn.Refused(Replies.AUTH_MALFORMED);
            }
            var binding = type.flatMap(name -> channel.flatMap(bound -> bound.data(name)));
            if (plus != (flag == 'p') || type.isPresent() && binding.isEmpty()) {
                return new Turn.Refused(Replies.CHANNEL_BINDING);
            }
            // RFC 5802 §6: "y" where -PLUS is offered means that an attacker has hidden it from the client.
            if (flag == 'y' && offered.contains("SCRAM-SHA-256-PLUS")) {
                return new Turn.Refused(Replies.AUTH_FAILED);
            }
            var username = username(first.group(5));
            var authorization = Optional.ofNullable(first.group(3)).flatMap(Start::username);
            if (username.isEmpty() || first.group(3) != null && !authorization.equals(username)) {
                return new Turn.Refused(Replies.AUTH_FAILED);
            }
            var header = response.substring(0, first.start(4));
            return new Turn.NeedsSalt(
                    new Opened(username.get(), header, binding, first.group(4), first.group(6) + nonce));
        }

        /** RFC 5802 §5.1: "=2C" is a comma, "=3D" an equals sign, and nothing else begins with one. */
        private static Optional<String> username(String written) {
            return written.isEmpty() || written.replaceAll("=2C|=3D", "").contains("=")
                    ? Optional.empty()
                    : Optional.of(written.replace("=2C", ",").replace("=3D", "="));
        }
    }

    /** The client has given its user name; the salt of its password must be looked up. */
    record Opened(String username, String header, Optional<byte[]> binding, String clientFirst, String nonce) {
        SaslExchange.Turn.Challenge salted(Salt salt) {
            var serverFirst = "r=" + nonce + ",s=" + salt.octets() + ",i=" + salt.iterations();
            return new SaslExchange.Turn.Challenge(
                    new Salted(this, serverFirst), Replies.challenge(SaslExchange.base64(serverFirst)));
        }

        private byte[] channelInput() {
            var start = header.getBytes(StandardCharsets.UTF_8);
            var data = binding.orElse(new byte[0]);
            var input = Arrays.copyOf(start, start.length + data.length);
            System.arraycopy(data, 0, input, start.length, data.length);
            return input;
        }
    }

    /** The client has yet to prove that it knows the password. */
    record Salted(Opened opened, String serverFirst) implements ScramExchange {
        @Override
        public Turn take(String response) {
            var last = FINAL.matcher(response);
            if (response.length() > LONGEST
                    || !last.matches()
                    || !last.group(3).equals(opened.nonce())
                    || !last.group(2).equals(Base64.getEncoder().encodeToString(opened.channelInput()))) {
                return new Turn.Refused(Replies.AUTH_FAILED);
            }
            var authMessage = opened.clientFirst() + "," + serverFirst + "," + last.group(1);
            return new Turn.Presented(new Credentials.ScramProof(opened.username(), authMessage, last.group(4)));
        }
    }

    /** The server has proved itself as well; the client acknowledges the proof with an empty response (RFC 4954 §4). */
    record Proved(Identity identity) implements ScramExchange {
        @Override
        public Turn take(String response) {
            return response.isEmpty() ? new Turn.Success(identity) : new Turn.Refused(Replies.AUTH_MALFORMED);
        }
    }
}
