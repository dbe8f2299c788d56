package io.milena.topics;

import java.time.Duration;
import java.util.regex.Pattern;

/** The names of the topics. Mail topics have {@link MailRecord}s; the others JSON values. */
public final class Topics {
    /** Mail for several domains, written once; the fan-out splits it. Keyed by queue id. */
    public static final String ACCEPTED = "mail.accepted";
    /** Mail for one domain, ready to be relayed. Keyed by the recipient domain, so one replica owns a destination. */
    public static final String OUTBOUND = "mail.outbound";
    /** Mail of {@link #OUTBOUND} that gave way to other mail, read when there is room. Keyed and partitioned alike. */
    public static final String WAITING = "mail.waiting";
    /** Chunks of bodies that are larger than the inline limit; see {@link BodyReference}. Keyed by queue id. */
    public static final String BODIES = "mail.bodies";
    /** Mail with a {@link Failure}, to be returned to its sender. Keyed by queue id. */
    public static final String FAILED = "mail.failed";
    /** Mail that came to a return address, unread. Keyed by the return address. */
    public static final String RETURNED = "mail.returned";
    /** {@link Outcome}s, the public contract for reports, webhooks and search. Keyed by queue id. */
    public static final String OUTCOMES = "mail.outcomes";
    /** Records that could not be read or that broke their handler, octets unchanged, with the reason in a header. */
    public static final String DEAD_LETTERS = "mail.dead-letters";
    /**
     * Compacted: the dead letters that an operator has closed, how, and who it was. Keyed by the letter's
     * {@code partition-offset}.
     */
    public static final String DEALT_WITH = "delivery.dead-letters";

    /** Compacted: account id to {@link Directory.Account}. */
    public static final String ACCOUNTS = "directory.accounts";
    /** Compacted: credential id to {@link Directory.Credential}; a tombstone revokes it. No secrets. */
    public static final String CREDENTIALS = "directory.credentials";
    /** Compacted: domain name to {@link Directory.Domain}. No secrets. */
    public static final String DOMAINS = "directory.domains";
    /** Compacted: domain name to {@link Directory.SigningKeys}, whose private keys {@link KeyEncryption} has encrypted. */
    public static final String SIGNING_KEYS = "directory.signing-keys";

    /** Compacted: {@link Directory.Suppression#key} to {@link Directory.Suppression}; a tombstone lifts it. */
    public static final String SUPPRESSIONS = "directory.suppressions";

    /**
     * Compacted: domain name to the MTA-STS policy that delivery fetched for it (RFC 8461), so that it survives a
     * restart.
     */
    public static final String STS_POLICIES = "delivery.sts-policies";

    /** Compacted: id of an order to the order, given by an operator or a rule, for mail or a site. */
    public static final String ORDERS = "delivery.orders";

    /**
     * The queues of each replica of delivery, published every two seconds for operators; kept for minutes. Keyed by the
     * replica.
     */
    public static final String QUEUE_STATES = "delivery.queue-states";
    /** Compacted: id of a flush to its selectors; a tombstone when it is over. */
    public static final String FLUSHES = "delivery.flushes";

    /**
     * Compacted: which partitions each group of consumers has read before, and decisions of operators about groups whose
     * progress is gone; see {@code GroupMarks}. Keyed by the group, or by the group and the partition.
     */
    public static final String GROUPS = "milena.groups";

    /**
     * How each connection to a mail host was secured, for reports to the domains (RFC 8460); JSON. Keyed by the
     * recipients' domain.
     */
    public static final String TLS_SESSIONS = "delivery.tls-sessions";
    /**
     * Gzipped reports to be posted, with a header that says where and when. Keyed by the domain that they are about.
     */
    public static final String TLS_REPORTS = "delivery.tls-reports";

    /**
     * The tier of mail that an order holds, or that is on hold since its site rests; beside the tiers of {@code
     * milena.retry.delays}.
     */
    public static final Duration HOLD = Duration.ofHours(24);

    private static final String DEFERRED_PREFIX = "mail.deferred.";
    /** All delay topics, also of tiers that are no longer configured: mail there must still come back. */
    public static final Pattern DEFERRED = Pattern.compile("mail\\.deferred\\..+");

    private Topics() {}

    /** The duty that reads a topic of mail; the commits of its group say how far it has come. */
    public static String duty(String topic) {
        return switch (topic) {
            case OUTBOUND, WAITING -> "delivery";
            case ACCEPTED -> "fanout";
            case FAILED -> "bounce";
            case RETURNED -> "returned";
            default -> {
                if (DEFERRED.matcher(topic).matches()) {
                    yield "deferred";
                }
                throw new IllegalArgumentException(topic + " (expected: a topic of mail)");
            }
        };
    }

    /** Whether the topic holds {@link MailRecord}s for one group, which are deleted when the group has settled them. */
    public static boolean holdsMail(String topic) {
        return holdsWaitingMail(topic) || topic.equals(FAILED) || topic.equals(RETURNED);
    }

    /**
     * Whether a message is first written there, with all its recipients: operators look there for mail that is settled.
     */
    public static boolean beginsMail(String topic) {
        return topic.equals(ACCEPTED) || topic.equals(OUTBOUND) || topic.equals(RETURNED);
    }

    /** Whether the topic holds mail that waits to be delivered. */
    public static boolean holdsWaitingMail(String topic) {
        return topic.equals(ACCEPTED)
                || topic.equals(OUTBOUND)
                || topic.equals(WAITING)
                || DEFERRED.matcher(topic).matches();
    }

    /** The delay topic of a tier, e.g. {@code mail.deferred.15m}. */
    public static String deferred(Duration delay) {
        long seconds = Math.max(1, delay.toSeconds());
        if (seconds % 3600 == 0) {
            return DEFERRED_PREFIX + seconds / 3600 + "h";
        }
        return DEFERRED_PREFIX + (seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s");
    }
}
