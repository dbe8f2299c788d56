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
 * Decides which mail gives way when more wants the read-ahead than it holds: mail of which there is much, and which waits
 * for long, goes to {@code mail.waiting} or to a delay topic. Thread-safe.
 */
public final class Overflow {
    private static final Cause CROWDED = new Cause.NotTried("more mail waits for this destination than it takes now");
    /** Mail that waits no longer than this holds up nobody. */
    static final Duration SHORT_WAIT = Duration.ofSeconds(5);
    /** Mail that waits for longer must not hold up other mail in {@code mail.waiting} meanwhile. */
    static final Duration LONGEST_WAITING = Duration.ofMinutes(5);
    /** Largest share of the read-ahead that one account may hold at one slow site; {@link #SITE_SHARE} is that of the whole site. */
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

    /** Counts mail that was set aside for this site and has been read again: it is set aside no more, whatever becomes of it. */
    void isBack(QueuedMail mail, Site site) {
        if (hasWaited(mail)) {
            site.isBack(mail.account(), mail.lane(), false);
            waiting.isRead(mail.partition(), WaitingTopic.Kind.of(mail, site));
        } else if (wasInTier(mail)) {
            site.isBack(mail.account(), mail.lane(), true);
        }
    }

    /**
     * Sets a message aside if it would wait for long and its account or site holds more than its share; returns whether it did.
     * The message then waits in {@code mail.waiting}, which is read when there is room, or in a delay topic if its turn is
     * far. So the loop sees the mail behind it in its partition. Less urgent mail does not count here.
     */
    boolean setAside(QueuedMail mail, Site site) {
        var ahead = site.ahead(mail.account(), mail.lane());
        if (hasWaited(mail) ? !isTooMuch(mail, ahead) : !isMuch(ahead)) {
            return false;
        }
        putAside(mail, site);
        return true;
    }

    /** Whether an account has more than {@link #FEW} messages before this one, and they take long. */
    static boolean isMany(Outlook.Ahead ahead) {
        return ahead.ofAccount().messages() > FEW && ahead.time().compareTo(SHORT_WAIT) > 0;
    }

    /** Whether a wait is too long to be held, or to hold up others in {@code mail.waiting}. */
    static boolean isVeryLong(Duration wait) {
        return wait.compareTo(LONGEST_WAITING) > 0;
    }

    private boolean isMuch(Outlook.Ahead ahead) {
        boolean more = readAhead.share(ahead.ofAccount()) > ACCOUNT_SHARE;
        boolean moreOfAll = readAhead.share(ahead.ofAll()) > SITE_SHARE;
        boolean few = ahead.ofAccount().messages() <= FEW && !readAhead.isNearlyFull();
        boolean isLong = ahead.time().compareTo(SHORT_WAIT) > 0;
        // Also mail that is quick, or little: when the read-ahead is full, the loop does not see the mail behind it.
        return readAhead.isCrowded() ? more || (moreOfAll || isLong) && !few : (more || moreOfAll) && isLong;
    }

    /** Mail from {@code mail.waiting} has its turn soonest if it stays here, while there is room. */
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
        // Mail that goes to mail.waiting must not be read there at once: that would go on for ever.
        boolean inTier = isVeryLong(turn)
                || isVeryLong(site.ahead(mail.account(), mail.lane()).longRun());
        site.setAside(mail.account(), mail.lane(), inTier);
        if (inTier) {
            settlements.setAside(mail, CROWDED, turn);
        } else {
            // The replica that owns the partition has the site's connections too, if the mail was passed on to there.
            int partition = mail.partition().partition();
            waiting.isWritten(new TopicPartition(Topics.WAITING, partition), WaitingTopic.Kind.of(mail, site));
            settlements.moved(mail, record -> record.to(Topics.WAITING, partition, mail.domain()));
        }
    }

    /**
     * Sets aside mail that was queued before its site turned out to be slow and whose turn is far: where {@code mail.waiting}
     * is not read for want of room, and at once where it comes from a partition in which too many gaps are open.
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

    /** The messages of an account at a site, one after the other. */
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

        /** Whether the next one is one too many. */
        private boolean isMuchWithNext() {
            messages++;
            return messages > FEW && messages * millisEach > SHORT_WAIT.toMillis();
        }
    }
}
