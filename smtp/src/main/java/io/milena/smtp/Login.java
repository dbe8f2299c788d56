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

    /** What SCRAM gives (RFC 5802 §3): the exchange so far, and the client's proof in base64. */
    record ScramProof(String username, String authMessage, String proof) implements Login {
        @Override
        public String toString() {
            return "ScramProof[username=" + username + "]";
        }
    }
}
