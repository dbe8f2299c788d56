package io.milena.smtp;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The means by which a client proves its identity in AUTH. The secrets in it never reach a log. */
public sealed interface Credentials {
    /** The user name of every API key; the key alone tells whose it is. */
    String API_KEY_USERNAME = "apikey";

    String username();

    /** A user name and a password or API key, as PLAIN and LOGIN give them. */
    record Password(String username, String secret) implements Credentials {
        /** Without the secret. */
        @Override
        public String toString() {
            return "Password[username=" + username + "]";
        }
    }

    /**
     * An access token of an identity provider's, as OAUTHBEARER (RFC 7628) and XOAUTH2 give it, and the user that the
     * client says it belongs to.
     */
    record Bearer(String username, String token) implements Credentials {
        /** Without the token. */
        @Override
        public String toString() {
            return "Bearer[username=" + username + "]";
        }
    }

    /**
     * A certificate that the TLS connection has proved to be the client's (EXTERNAL, RFC 4422 appendix A), by its
     * SHA-256 in lower-case hex.
     */
    record Certificate(String fingerprint) implements Credentials {
        /** The fingerprint by which ingest and auth-service know a certificate, which is given in DER. */
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

    /** The result of SCRAM (RFC 5802 §3): the messages exchanged so far, and the client's proof in base64. */
    record ScramProof(String username, String authMessage, String proof) implements Credentials {
        @Override
        public String toString() {
            return "ScramProof[username=" + username + "]";
        }
    }
}
