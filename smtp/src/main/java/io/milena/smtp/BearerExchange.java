package io.milena.smtp;

import java.util.regex.Pattern;

/**
 * The server's side of OAUTHBEARER (RFC 7628 §3.1) and of its predecessor XOAUTH2. The platform verifies the token.
 * Immutable.
 */
sealed interface BearerExchange extends SaslExchange {
    // RFC 6750 §2.1: the characters of a token.
    String TOKEN = "auth=bearer ([A-Za-z0-9._~+/-]{1,8192}=*)\\x01";
    Pattern OAUTHBEARER = Pattern.compile(
            "n,a=([^,\\x01]+),\\x01(?:(?:host|port)=[^\\x01]*+\\x01)*+" + TOKEN + "\\x01", Pattern.CASE_INSENSITIVE);
    Pattern XOAUTH2 = Pattern.compile("user=([^\\x01]+)\\x01" + TOKEN + "\\x01", Pattern.CASE_INSENSITIVE);

    /** The answer to a client whose token is not good (RFC 7628 §3.2.2). */
    String INVALID = "{\"status\":\"invalid_token\"}";

    /** The client has yet to show its token. */
    record Start(Pattern form) implements BearerExchange {
        @Override
        public Turn take(String response) {
            var said = form.matcher(response);
            if (!said.matches()) {
                return new Turn.Refused(Replies.AUTH_MALFORMED);
            }
            var username = said.group(1).replace("=2C", ",").replace("=3D", "=");
            return new Turn.Presented(new Credentials.Bearer(username, said.group(2)));
        }
    }

    /**
     * The token is not good; the client acknowledges that by any response, and then gets the reply (RFC 7628 §3.2.3).
     */
    record Failed(Reply reply) implements BearerExchange {
        @Override
        public Turn take(String response) {
            return new Turn.Refused(reply);
        }
    }
}
