package io.milena.delivery;

import io.milena.delivery.remote.Cause;
import io.milena.topics.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Who gives way when the read-ahead is wanted by more than it holds: who has much of it, and waits for long. Thread-safe. */
final class Crowding {
    private static final Cause CROWDED = new Cause.NotTried("more mail waits for this destination than it takes now");
    /** Who waits no longer than this holds up nobody. */
    private static final Duration SHORT_WAIT = Duration.ofSeconds(5);
    /** More of the budget than this is not for one account at one site that is slow; nor that for one such site. */
    private static final double ACCOUNT_SHARE = 1 / 16.0;

    private static final double SITE_SHARE = 1 / 4.0;
    /** So much of the budget is used that who has more than a share gives way to who is not seen yet. */
    private static final double CROWDED_FROM = 3 / 4.0;
    /** What an account keeps of a partition in which too many gaps are open. */
    private static final int FEW = 20;

    private final ReadAhead readAhead;
    private final Settlements settlements;
    private final Duration shortestTier;

    Crowding(ReadAhead readAhead, Settlements settlements, Duration shortestTier) {
        this.readAhead = readAhead;
        this.settlements = settlements;
        this.shortestTier = shortestTier;
    }

    /**
     * What would wait for long and takes more than its share is not held: it waits in a delay topic until its turn may come, or, if that is sooner, in
     * {@code mail.waiting}, which is read when there is room. So what lies behind it in its partition is seen, however much it is.
     */
    boolean setAside(QueuedMail mail, Site site) {
        var wait = site.expectedWait(mail.account());
        boolean more = readAhead.share(site.waitingOf(mail.account())) > ACCOUNT_SHARE
                || readAhead.share(site.waiting()) > SITE_SHARE;
        // Although it be quick: when the read-ahead is full nobody sees who is behind this.
        if (!more || wait.compareTo(SHORT_WAIT) <= 0 && readAhead.used() < CROWDED_FROM) {
            return false;
        }
        if (hasWaited(mail) && wait.compareTo(readAhead.isFull() ? SHORT_WAIT : shortestTier) <= 0) {
            return false;
        }
        putAside(mail, wait, Place.ALONE);
        return true;
    }

    private static boolean hasWaited(QueuedMail mail) {
        return mail.partition().topic().equals(Topics.WAITING);
    }

    private void putAside(QueuedMail mail, Duration wait, Place place) {
        if (hasWaited(mail) || wait.compareTo(shortestTier) > 0) {
            settlements.notTried(mail, CROWDED, wait, place);
        } else {
            // Whoever has the partition has the site's connections too, if it was passed on to there.
            settlements.moved(
                    mail, record -> record.to(Topics.WAITING, mail.partition().partition(), mail.domain()));
        }
    }

    /**
     * What was taken in before a site turned out to be slow: it gives way where {@code mail.waiting} is not read for want of room or, of a partition in
     * which too many gaps are open, at once.
     */
    void trim(Site site, Set<TopicPartition> full) {
        boolean crowded = !readAhead.isAlmostEmpty();
        if (!crowded && full.isEmpty() || site.expectedWait().compareTo(SHORT_WAIT) <= 0) {
            return;
        }
        var kept = new HashMap<String, Integer>();
        long least = Math.max(1, (long) (readAhead.mostMessages() * ACCOUNT_SHARE));
        var removed = site.remove(mail -> {
            int before = kept.merge(mail.account(), 1, Integer::sum);
            return crowded && before > least || full.contains(mail.partition()) && before > FEW;
        });
        Settlements.eachInItsPlace(removed, (mail, place) -> putAside(mail, site.expectedWait(mail.account()), place));
    }
}
