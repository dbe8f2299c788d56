package io.milena.delivery.site;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Estimates how long mail waits at one site, from the recent pace and from the mail that is here or was set aside.
 * Confined to the site's lock; times are {@link System#nanoTime()}.
 */
public final class Outlook {
    private static final Duration VERY_LONG = Duration.ofDays(1);
    /** Longest time that mail is set aside: the pace of a site tells no more of its future. */
    private static final Duration LONGEST_ASIDE = Duration.ofHours(1);

    private final FairQueue<QueuedMail> queue;
    private final Throttle messages;
    private final LongSupplier nanoTime;
    private final Forecast<Kind> forecast;

    /** Mail of one account and class, which takes its turns together. */
    private record Kind(String account, int lane) {}

    /**
     * The mail ahead of a message that joins the queue now.
     *
     * @param ofAccount mail of its account that is at least as urgent
     * @param ofAll mail of all accounts that is at least as urgent
     * @param time how long that mail takes at the present pace; zero while the pace is not known
     * @param longRun how long it takes at the pace of the last minutes, if that was better
     */
    public record Ahead(FairQueue.Waiting ofAccount, FairQueue.Waiting ofAll, Duration time, Duration longRun) {}

    /** {@code messages}: the rate limit of messages. */
    Outlook(FairQueue<QueuedMail> queue, Throttle messages, LongSupplier nanoTime) {
        this.queue = queue;
        this.messages = messages;
        this.nanoTime = nanoTime;
        this.forecast = new Forecast<>(LONGEST_ASIDE, nanoTime.getAsLong());
    }

    /** The first message came into an empty queue: forget the pace before. */
    void restart() {
        forecast.restart(nanoTime.getAsLong());
    }

    void settledOne() {
        forecast.settledOne(nanoTime.getAsLong());
    }

    double perSecond() {
        return forecast.perSecond(nanoTime.getAsLong());
    }

    Ahead ahead(String account, int lane, int workers) {
        long now = nanoTime.getAsLong();
        var ofAccount = queue.of(account, lane);
        var ofAll = queue.all(lane);
        long before = before(ofAccount, ofAll);
        return new Ahead(
                ofAccount,
                ofAll,
                timeFor(before, within(forecast.soon(now, workers))),
                timeLater(before, workers, now));
    }

    /** Messages ahead. Accounts take turns, so each message of an account waits for one of every other account. */
    private long before(FairQueue.Waiting ofAccount, FairQueue.Waiting ofAll) {
        return Math.min(ofAll.messages(), (long) ofAccount.messages() * queue.accounts());
    }

    /** The pace within the limit; if the pace is not known and there is a limit, the limit. */
    private double within(double perSecond) {
        if (perSecond >= 0) {
            return Math.min(perSecond, messages.limit());
        }
        return Double.isInfinite(messages.limit()) ? perSecond : messages.limit();
    }

    private static Duration timeFor(double messages, double perSecond) {
        return perSecond < 0
                ? Duration.ZERO
                : Duration.ofMillis(
                        (long) Math.min(messages * 1000 / Math.max(perSecond, 0.001), VERY_LONG.toMillis()));
    }

    /** The time for these messages in the long run. It is bounded by experience, unless the limit sets the pace. */
    private Duration timeLater(double before, int workers, long now) {
        double perSecond = within(forecast.later(now, workers));
        var time = timeFor(before, perSecond);
        return perSecond == messages.limit() ? time : forecast.atMost(time, now);
    }

    /**
     * Estimated time until the turn of a message that is set aside now, one hour at most. Ahead of it is the mail of
     * its account and class here and in {@code mail.waiting} and, unless it was in a delay topic before, the mail
     * there.
     */
    Duration turn(String account, int lane, boolean wasInTier, int workers) {
        long now = nanoTime.getAsLong();
        double elsewhere = forecast.before(new Kind(account, lane), wasInTier, now) * Math.max(1, queue.accounts());
        var turn = timeLater(before(queue.of(account, lane), queue.all(lane)) + elsewhere, workers, now);
        return turn.compareTo(LONGEST_ASIDE) < 0 ? turn : LONGEST_ASIDE;
    }

    void setAside(String account, int lane, boolean inTier) {
        forecast.setAside(new Kind(account, lane), inTier, nanoTime.getAsLong());
    }

    void isBack(String account, int lane, boolean fromTier) {
        forecast.isBack(new Kind(account, lane), fromTier, nanoTime.getAsLong());
    }
}
