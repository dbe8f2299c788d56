package io.milena.delivery.outbound;

import io.milena.delivery.remote.Cause;
import io.milena.delivery.site.Outlook;
import io.milena.delivery.site.QueuedMail;
import io.milena.delivery.site.Site;
import io.milena.topics.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides which mail gives way when the read-ahead is too small for all of it. Mail of an account or a site that holds
 * much and must wait long goes to {@code mail.waiting} or to a delay topic. Thread-safe.
 */
public final class Overflow {
    private static final Cause CROWDED = new Cause.NotTried("more mail waits for this destination than it takes now");
    /** Mail with a wait up to this holds up no other mail. */
    static final Duration SHORT_WAIT = Duration.ofSeconds(5);
    /**
     * Longest wait in {@code mail.waiting}; mail with a longer one would hold up other mail there, and goes to a delay
     * topic.
     */
    static final Duration LONGEST_WAITING = Duration.ofMinutes(5);
    /**
     * Largest share of the read-ahead that one account may hold at one slow site; {@link #SITE_SHARE} is the share of
     * the whole site.
     */
    private static final double ACCOUNT_SHARE = 1 / 16.0;

    private static final double SITE_SHARE = 1 / 4.0;
    /** Messages that an account may always hold at a site. */
    private static final int FEW = 20;

    private final ReadAhead readAhead;
    private final Settlements settlements;
    private final WaitingTopic waiting;

    public Overflow(ReadAhead readAhead, Settlements settlements, WaitingTopic waiting) {
        this.readAhead = readAhead;
        this.settlements = settlements;
        this.waiting = waiting;
    }

    /**
     * Notes that mail which was set aside for this site has been read again. It is no longer set aside, whatever
     * happens to it.
     */
    void isBack(QueuedMail mail, Site site) {
        if (hasWaited(mail)) {
            site.isBack(mail.account(), mail.lane(), false);
            waiting.isRead(mail.partition(), WaitingTopic.Kind.of(mail, site));
        } else if (wasInTier(mail)) {
            site.isBack(mail.account(), mail.lane(), true);
        }
    }

    /**
     * Sets a message aside if it must wait long and its account or site holds more than its share; returns whether it
     * did. The message then waits in {@code mail.waiting}, which is read when there is room, or in a delay topic if its
     * turn is far off, and the loop can read the mail behind it. Less urgent mail does not count here.
     */
    boolean setAside(QueuedMail mail, Site site) {
        var ahead = site.ahead(mail.account(), mail.lane());
        if (hasWaited(mail) ? !isTooMuch(mail, ahead) : !isMuch(ahead)) {
            return false;
        }
        putAside(mail, site);
        return true;
    }

    /** Whether more than {@link #FEW} messages of an account are ahead and take longer than {@link #SHORT_WAIT}. */
    static boolean isMany(Outlook.Ahead ahead) {
        return ahead.ofAccount().messages() > FEW && ahead.time().compareTo(SHORT_WAIT) > 0;
    }

    /** Whether a wait is longer than {@link #LONGEST_WAITING}. */
    static boolean isVeryLong(Duration wait) {
        return wait.compareTo(LONGEST_WAITING) > 0;
    }

    private boolean isMuch(Outlook.Ahead ahead) {
        boolean more = readAhead.share(ahead.ofAccount()) > ACCOUNT_SHARE;
        boolean moreOfAll = readAhead.share(ahead.ofAll()) > SITE_SHARE;
        boolean few = ahead.ofAccount().messages() <= FEW && !readAhead.isNearlyFull();
        boolean isLong = ahead.time().compareTo(SHORT_WAIT) > 0;
        // A crowded read-ahead gives up quick mail and small amounts too, so that the loop can read the mail behind.
        return readAhead.isCrowded() ? more || (moreOfAll || isLong) && !few : (more || moreOfAll) && isLong;
    }

    /**
     * Whether to set aside mail from {@code mail.waiting} once more. While there is room it stays, since it then has
     * its turn soonest.
     */
    private boolean isTooMuch(QueuedMail waited, Outlook.Ahead ahead) {
        return isMany(ahead)
                && (waiting.isTurning(waited.partition()) || readAhead.isCrowded() || isVeryLong(ahead.longRun()));
    }

    private static boolean hasWaited(QueuedMail mail) {
        return mail.partition().topic().equals(Topics.WAITING);
    }

    private static boolean wasInTier(QueuedMail mail) {
        return mail.mail().envelope().retrying().dueAt().isPresent();
    }

    private void putAside(QueuedMail mail, Site site) {
        var turn = site.expectedTurn(mail.account(), mail.lane(), wasInTier(mail));
        // Mail in mail.waiting that must wait long would be read and set aside again and again.
        boolean inTier = isVeryLong(turn)
                || isVeryLong(site.ahead(mail.account(), mail.lane()).longRun());
        site.setAside(mail.account(), mail.lane(), inTier);
        if (inTier) {
            settlements.setAside(mail, CROWDED, turn);
        } else {
            // The partition number stays: if the mail was moved to the site's owner, that replica has the connections
            // too.
            int partition = mail.partition().partition();
            waiting.isWritten(new TopicPartition(Topics.WAITING, partition), WaitingTopic.Kind.of(mail, site));
            settlements.moved(mail, record -> record.to(Topics.WAITING, partition, mail.domain()));
        }
    }

    /**
     * Sets aside mail that was queued before its site turned out to be slow and whose turn is far off. Does so while at
     * least half of the read-ahead is used, and always for partitions with too many open gaps.
     */
    void trim(Site site, Set<TopicPartition> full) {
        boolean crowded = readAhead.isHalfFull();
        if (!crowded && full.isEmpty() || site.expectedWait().compareTo(SHORT_WAIT) <= 0) {
            return;
        }
        var held = new HashMap<String, Held>();
        site.remove(mail -> held.computeIfAbsent(mail.account(), account -> Held.of(account, site))
                                .isMuchWithNext()
                        && (crowded || full.contains(mail.partition())))
                .forEach(mail -> putAside(mail, site));
    }

    /** The messages of an account at a site, counted one after the other. */
    private static final class Held {
        private final double millisEach;
        private int messages;

        private Held(double millisEach) {
            this.millisEach = millisEach;
        }

        private static Held of(String account, Site site) {
            var ahead = site.ahead(account);
            return new Held((double) ahead.time().toMillis()
                    / Math.max(1, ahead.ofAccount().messages()));
        }

        /** Counts one more message; whether that is more than the account may hold. */
        private boolean isMuchWithNext() {
            messages++;
            return messages > FEW && messages * millisEach > SHORT_WAIT.toMillis();
        }
    }
}
