package io.milena.topics;

import java.text.Normalizer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The entries that auth-service publishes to every replica in the compacted {@code directory.*} topics. */
public final class Directory {
    private Directory() {}

    /**
     * An account; {@code status} is {@code active} or {@code suspended}.
     *
     * @param verifiedSendersOnly whether it may send only from domains that it has verified
     * @param addSender whether Sender names the login, if the login is an address and From names another (RFC 6409
     *     §8.1)
     * @param messagesPerDay most messages that it may submit in a day of UTC
     * @param messagesPerSecond most messages in any second
     * @param tls TLS level of its mail: {@code opportunistic}, {@code require} or {@code verify}; empty: the operator's
     * @param priority a name of {@link Priority}, for mail that states none; mail of a {@code bulk} account is bulk
     *     whatever it states; empty: normal
     * @param retryDelays after the first, second … attempt to deliver its mail, the last one repeats; empty: the
     *     operator's
     * @param queueLifetime how long its mail is retried, unless the operator's lifetime is shorter; empty: the
     *     operator's
     * @param tags values of X-Milena-Tag that its mail may have; {@link #ANY_TAG} stands for all
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
            Optional<Duration> queueLifetime,
            List<String> tags) {
        /** In {@code tags}: every tag is allowed. */
        public static final String ANY_TAG = "*";

        // Bounded, since envelopes keep it.
        private static final Pattern TAG = Pattern.compile("[!-~]([ -~]{0,98}[!-~])?");

        // Jackson gives null for an Optional that a record's JSON leaves out.
        @SuppressWarnings("OptionalAssignedToNull")
        public Account {
            messagesPerDay = messagesPerDay == null ? Optional.empty() : messagesPerDay;
            messagesPerSecond = messagesPerSecond == null ? Optional.empty() : messagesPerSecond;
            tls = tls == null ? Optional.empty() : tls;
            priority = priority == null ? Optional.empty() : priority;
            retryDelays = retryDelays == null ? List.of() : List.copyOf(retryDelays);
            queueLifetime = queueLifetime == null ? Optional.empty() : queueLifetime;
            tags = tags == null ? List.of() : List.copyOf(tags);
        }

        /** An account without settings of its own. */
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
                    Optional.empty(),
                    List.of());
        }

        public boolean active() {
            return status.equals("active");
        }

        /** Whether the text can be the value of X-Milena-Tag: 1 to 100 printable ASCII characters, no space at an end. */
        public static boolean isTag(String text) {
            return TAG.matcher(text).matches();
        }

        public boolean mayUseTag(String tag) {
            return tags.contains(ANY_TAG) || tags.contains(tag);
        }
    }

    /**
     * A credential that exists: its id, its account and the user name it logs in with.
     *
     * @param networks CIDRs from which it is valid; empty: everywhere
     */
    public record Credential(String id, String account, String username, List<String> networks) {
        public Credential {
            networks = networks == null ? List.of() : List.copyOf(networks);
        }
    }

    /** A sending domain, in lower case A-labels, and whether its owner has verified it. */
    public record Domain(String name, String account, boolean verified) {}

    /**
     * The DKIM keys a domain signs with, all of them on every message.
     *
     * @param account whose keys they are; empty in records of a version before
     */
    public record SigningKeys(String domain, Optional<String> account, List<SigningKey> keys) {
        // Jackson gives null for an Optional that a record's JSON leaves out.
        @SuppressWarnings("OptionalAssignedToNull")
        public SigningKeys {
            account = account == null ? Optional.empty() : account;
            keys = List.copyOf(keys);
        }
    }

    /**
     * One DKIM key: {@code rsa} or {@code ed25519}.
     *
     * @param privateKey base64 PKCS#8, as {@link KeyEncryption} stores it
     */
    public record SigningKey(String selector, String algorithm, String privateKey) {
        /** Leaves the key out: a secret never reaches a log. */
        @Override
        public String toString() {
            return "SigningKey[selector=" + selector + ", algorithm=" + algorithm + "]";
        }
    }

    /** An address that gets no mail from an account. */
    public record Suppression(String account, String address) {
        /**
         * Letter case, quotes and Unicode form do not distinguish mailboxes here: a recipient who wants no mail gets
         * none.
         */
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
