package io.milena.smtp;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What a client proves itself with. Its secrets never reach a log. */
public sealed interface Login {
    /** The user name of every API key; the key alone tells whose it is. */
    String API_KEY_USERNAME = "apikey";

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
        /** What a certificate, in its DER form, is known by on both sides of the platform. */
        public static String fingerprint(byte[] certificate) {
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

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
