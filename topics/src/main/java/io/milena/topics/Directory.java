package io.milena.topics;

import java.text.Normalizer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What auth-service tells every replica through the compacted {@code directory.*} topics. */
public final class Directory {
    private Directory() {}

    /**
     * An account; {@code status} is {@code active} or {@code suspended}.
     *
     * @param verifiedSendersOnly whether it sends only from the domains that it has verified
     * @param addSender whether a login that is an address is named in Sender where From names another (RFC 6409 §8.1)
     * @param messagesPerDay how many messages it may submit in a day of UTC
     * @param messagesPerSecond how many in any second
     * @param tls how much of TLS its mail needs: {@code opportunistic}, {@code require} or {@code verify}; none: as the operator has it
     * @param priority of mail that asks for none itself, a name of {@link Priority}; mail of a {@code bulk} account is bulk whatever it asks for; none: normal
     * @param retryDelays after the first, second … attempt to deliver its mail, the last one repeats; none: as the operator has it
     * @param queueLifetime for how long its mail is tried, unless the operator's is shorter; none: that
     */
    public record Account(
            String id,
            String name,
            String status,
            boolean verifiedSendersOnly,
            boolean addSender,
            Optional<Long> messagesPerDay,
            Optional<Integer> messagesPerSecond,
            Optional<String> tls,
            Optional<String> priority,
            List<Duration> retryDelays,
            Optional<Duration> queueLifetime) {
        // Jackson gives null for an Optional that a record's JSON leaves out.
        @SuppressWarnings("OptionalAssignedToNull")
        public Account {
            messagesPerDay = messagesPerDay == null ? Optional.empty() : messagesPerDay;
            messagesPerSecond = messagesPerSecond == null ? Optional.empty() : messagesPerSecond;
            tls = tls == null ? Optional.empty() : tls;
            priority = priority == null ? Optional.empty() : priority;
            retryDelays = retryDelays == null ? List.of() : List.copyOf(retryDelays);
            queueLifetime = queueLifetime == null ? Optional.empty() : queueLifetime;
        }

        /** One without a rule of its own. */
        public Account(String id, String name, String status) {
            this(
                    id,
                    name,
                    status,
                    false,
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty());
        }

        public boolean active() {
            return status.equals("active");
        }
    }

    /**
     * A credential that exists: its id, whose it is and the user name it logs in with.
     *
     * @param networks CIDRs that it is good from; none: from everywhere
     */
    public record Credential(String id, String account, String username, List<String> networks) {
        public Credential {
            networks = networks == null ? List.of() : List.copyOf(networks);
        }
    }

    /** A sending domain, in lower case A-labels, and whether its owner has proved it. */
    public record Domain(String name, String account, boolean verified) {}

    /** The DKIM keys a domain signs with, all of them on every message. */
    public record SigningKeys(String domain, List<SigningKey> keys) {
        public SigningKeys {
            keys = List.copyOf(keys);
        }
    }

    /** One DKIM key: {@code rsa} or {@code ed25519}, private key as base64 PKCS#8. */
    public record SigningKey(String selector, String algorithm, String privateKey) {
        /** Without the key: a secret never reaches a log. */
        @Override
        public String toString() {
            return "SigningKey[selector=" + selector + ", algorithm=" + algorithm + "]";
        }
    }

    /** An address that gets no mail from an account. */
    public record Suppression(String account, String address) {
        /** Neither letter case nor quotes nor a Unicode form tell two mailboxes apart here: whoever asked for silence gets it. */
        public Suppression {
            address =
                    Normalizer.normalize(unquoted(address), Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
        }

        private static String unquoted(String address) {
            int at = address.lastIndexOf('@');
            return address.startsWith("\"") && at > 1 && address.charAt(at - 1) == '"'
                    ? address.substring(1, at - 1).replaceAll("\\\\(.)", "$1") + address.substring(at)
                    : address;
        }

        public String key() {
            return account + " " + address;
        }
    }
}
