package io.milena.delivery.outbound;

import io.milena.delivery.remote.Cause;
import io.milena.delivery.site.QueuedMail;
import io.milena.delivery.site.Site;
import io.milena.topics.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;

/** Who gives way when the read-ahead is wanted by more than it holds: who has much of it, and waits for long. Thread-safe. */
final class Overflow {
    private static final Cause CROWDED = new Cause.NotTried("more mail waits for this destination than it takes now");
    /** Who waits no longer than this holds up nobody. */
    static final Duration SHORT_WAIT = Duration.ofSeconds(5);
    /** Who waits for longer is not to hold up others in {@code mail.waiting} meanwhile. */
    static final Duration LONGEST_WAITING = Duration.ofMinutes(5);
    /** More of the budget than this is not for one account at one site that is slow; nor that for one such site. */
    private static final double ACCOUNT_SHARE = 1 / 16.0;

    private static final double SITE_SHARE = 1 / 4.0;
    /** What an account keeps at a site where it is to keep as little as can be. */
    private static final int FEW = 20;

    private final ReadAhead readAhead;
    private final Settlements settlements;
    private final WaitingTopic waiting;

    Overflow(ReadAhead readAhead, Settlements settlements, LongSupplier nanoTime) {
        this.readAhead = readAhead;
        this.settlements = settlements;
        this.waiting = new WaitingTopic(nanoTime);
    }

    /** It was read and is to go to this site, whatever becomes of it there: it is set aside no more. */
    void isBack(QueuedMail mail, Site site) {
        if (hasWaited(mail)) {
            site.isBack(mail.account(), mail.lane(), false);
            waiting.isRead(mail.partition(), WaitingTopic.Kind.of(mail, site));
        } else if (wasInTier(mail)) {
            site.isBack(mail.account(), mail.lane(), true);
        }
    }

    /**
     * What would wait for long and takes more than its share is not held: it waits in {@code mail.waiting}, which is read when there is room, or, where its
     * turn is not so soon, in a delay topic. So what lies behind it in its partition is seen, however much it is. Less urgent mail counts for nothing here.
     */
    boolean setAside(QueuedMail mail, Site site) {
        var ahead = site.ahead(mail.account(), mail.lane());
        if (hasWaited(mail) ? !isTooMuch(mail, ahead) : !isMuch(ahead)) {
            return false;
        }
        putAside(mail, site);
        return true;
    }

    /** More than a few, which wait for long. */
    static boolean isMany(Site.Ahead ahead) {
        return ahead.ofAccount().messages() > FEW && ahead.time().compareTo(SHORT_WAIT) > 0;
    }

    /** Too long a wait to be held, or to hold up others in {@code mail.waiting}. */
    static boolean isVeryLong(Duration wait) {
        return wait.compareTo(LONGEST_WAITING) > 0;
    }

    private boolean isMuch(Site.Ahead ahead) {
        boolean more = readAhead.share(ahead.ofAccount()) > ACCOUNT_SHARE;
        boolean moreOfAll = readAhead.share(ahead.ofAll()) > SITE_SHARE;
        boolean few = ahead.ofAccount().messages() <= FEW && !readAhead.isNearlyFull();
        boolean isLong = ahead.time().compareTo(SHORT_WAIT) > 0;
        // Although it be quick, or little: when the read-ahead is full nobody sees who is behind this.
        return readAhead.isCrowded() ? more || (moreOfAll || isLong) && !few : (more || moreOfAll) && isLong;
    }

    /** What has been in {@code mail.waiting} finds its turn soonest where it is, while there is room. */
    private boolean isTooMuch(QueuedMail waited, Site.Ahead ahead) {
        return isMany(ahead)
                && (waiting.isTurning(waited.partition()) || readAhead.isCrowded() || isVeryLong(ahead.longRun()));
    }

    WaitingTopic waiting() {
        return waiting;
    }

    private static boolean hasWaited(QueuedMail mail) {
        return mail.partition().topic().equals(Topics.WAITING);
    }

    private static boolean wasInTier(QueuedMail mail) {
        return mail.mail().envelope().dueAt().isPresent();
    }

    private void putAside(QueuedMail mail, Site site) {
        var turn = site.turn(mail.account(), mail.lane(), wasInTier(mail));
        // What goes to mail.waiting is not read there at once: that would go on for ever.
        boolean inTier = isVeryLong(turn)
                || isVeryLong(site.ahead(mail.account(), mail.lane()).longRun());
        site.setAside(mail.account(), mail.lane(), inTier);
        if (inTier) {
            settlements.setAside(mail, CROWDED, turn);
        } else {
            // Whoever has the partition has the site's connections too, if it was passed on to there.
            int partition = mail.partition().partition();
            waiting.isWritten(new TopicPartition(Topics.WAITING, partition), WaitingTopic.Kind.of(mail, site));
            settlements.moved(mail, record -> record.to(Topics.WAITING, partition, mail.domain()));
        }
    }

    /**
     * What was taken in before a site turned out to be slow: whose turn is far gives way where {@code mail.waiting} is not read for want of room or, of a
     * partition in which too many gaps are open, at once.
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
