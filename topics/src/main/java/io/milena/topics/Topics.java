package io.milena.topics;

import java.time.Duration;
import java.util.regex.Pattern;

/** The names of the topics. Mail topics carry {@link MailRecord}s; the others JSON values. */
public final class Topics {
    /** Mail for several domains, written once; the fan-out splits it. Keyed by queue id. */
    public static final String ACCEPTED = "mail.accepted";
    /** Mail for one domain, ready to be relayed. Keyed by the recipient domain, so one replica owns a destination. */
    public static final String OUTBOUND = "mail.outbound";
    /** Mail of {@link #OUTBOUND} that had to let others pass, read when there is room. Keyed and partitioned alike. */
    public static final String WAITING = "mail.waiting";
    /** Chunks of bodies that are larger than the inline limit; see {@link BodyReference}. Keyed by queue id. */
    public static final String BODIES = "mail.bodies";
    /** Mail with a {@link Failure}, to be returned to its sender. Keyed by queue id. */
    public static final String FAILED = "mail.failed";
    /** Mail that came to a return address, unread. Keyed by the return address. */
    public static final String RETURNED = "mail.returned";
    /** {@link Outcome}s, the public contract for reports, webhooks and search. Keyed by queue id. */
    public static final String OUTCOMES = "mail.outcomes";
    /** Records that could not be read or that broke their handler, bytes intact, with the reason in a header. */
    public static final String DEAD_LETTERS = "mail.dead-letters";
    /** Compacted: which dead letters an operator has dealt with, how, and who it was. Keyed by the letter's {@code partition-offset}. */
    public static final String DEALT_WITH = "delivery.dead-letters";

    /** Compacted: account id to {@link Directory.Account}. */
    public static final String ACCOUNTS = "directory.accounts";
    /** Compacted: credential id to {@link Directory.Credential}; a tombstone revokes it. No secrets. */
    public static final String CREDENTIALS = "directory.credentials";
    /** Compacted: domain name to {@link Directory.Domain}. No secrets. */
    public static final String DOMAINS = "directory.domains";
    /** Compacted: domain name to {@link Directory.SigningKeys}. Private keys: only delivery may read it. */
    public static final String SIGNING_KEYS = "directory.signing-keys";

    /** Compacted: {@link Directory.Suppression#key} to {@link Directory.Suppression}; a tombstone lifts it. */
    public static final String SUPPRESSIONS = "directory.suppressions";

    /** Compacted: domain name to the MTA-STS policy that delivery fetched for it (RFC 8461), so that it outlives a restart. */
    public static final String STS_POLICIES = "delivery.sts-policies";

    /** Compacted: id of an order to what operators and rules have ordered delivery to do with mail or a site. */
    public static final String ORDERS = "delivery.orders";

    /** What each replica of delivery holds, told every two seconds for those who look on; kept for minutes. Keyed by the replica. */
    public static final String QUEUE_STATES = "delivery.queue-states";
    /** Compacted: id of a flush to which waiting mail is to be tried now; a tombstone when that is done. */
    public static final String FLUSHES = "delivery.flushes";

    /** How single connections to mail hosts were secured, for reports to their domains (RFC 8460); JSON. Keyed by the recipients' domain. */
    public static final String TLS_SESSIONS = "delivery.tls-sessions";
    /** Reports in gzip that are to be posted, with a header that says where and when. Keyed by the domain that they are about. */
    public static final String TLS_REPORTS = "delivery.tls-reports";

    private static final String DEFERRED_PREFIX = "mail.deferred.";
    /** All delay topics, those of tiers that are no longer configured too: what waits there still has to come back. */
    public static final Pattern DEFERRED = Pattern.compile("mail\\.deferred\\..+");

    private Topics() {}

    /** The duty of those who deal with a topic of mail; the commits of their group say how far they have come. */
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

    /** Whether the topic holds mail of which something is still to become. */
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
