package io.milena.smtp;

/** What a client proves itself with. Its secrets never reach a log. */
public sealed interface Login {
    String username();

    /** A user name and a password or API key, as PLAIN and LOGIN give them. */
    record Password(String username, String secret) implements Login {
        /** Without the secret. */
        @Override
        public String toString() {
            return "Password[username=" + username + "]";
        }
    }

    /** An access token of an identity provider's, as OAUTHBEARER (RFC 7628) and XOAUTH2 give it, and whose it is said to be. */
    record Bearer(String username, String token) implements Login {
        /** Without the token. */
        @Override
        public String toString() {
            return "Bearer[username=" + username + "]";
        }
    }

    /** A certificate that the TLS connection has proved to be the client's (EXTERNAL, RFC 4422 appendix A): SHA-256 of it in lower-case hex. */
    record Certificate(String fingerprint) implements Login {
        @Override
        public String username() {
            return fingerprint;
        }
    }

    /** What SCRAM gives (RFC 5802 §3): the exchange so far, and the client's proof in base64. */
    record ScramProof(String username, String authMessage, String proof) implements Login {
        @Override
        public String toString() {
            return "ScramProof[username=" + username + "]";
        }
    }
}
