package io.milena.auth.lease;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Shares a number out among replicas. Whatever they want, the shares in force never exceed the limit together. */
public final class Shares {
    /**
     * The part of a day's remaining messages that a replica gets at a time, so that none has many that it does not
     * need.
     */
    private static final int PART_OF_DAY = 8;

    /** The amount that a replica holds, and the amount that it would like to hold. */
    public record Holder(String replica, long held, long wanted) {}

    private Shares() {}

    /**
     * The part of a day's messages that the replica holds from now on: at least what it holds already, since that may
     * be spent.
     *
     * @param others the sum that the other replicas hold
     */
    public static long ofDay(long limit, long others, Holder holder) {
        long left = limit - others - holder.held();
        if (left <= 0) {
            return holder.held();
        }
        long part = Math.ceilDiv(left, PART_OF_DAY);
        return Math.max(holder.held(), Math.min(holder.held() + part, holder.wanted()));
    }

    /** The share granted, and the share that the replica ought to come down to. */
    public record RateShare(long granted, long target) {}

    /**
     * A share of a rate: the fair one, but no more than the others leave. A replica may be using its present share, so
     * it comes down by itself and says so.
     */
    public static RateShare ofRate(long limit, List<Holder> others, Holder holder, long round) {
        var all = new ArrayList<>(others);
        all.add(holder);
        long free = limit - others.stream().mapToLong(Holder::held).sum();
        long target = Math.max(0, Math.min(fair(limit, all, holder.replica(), round), free));
        return new RateShare(Math.max(holder.held(), target), target);
    }

    /**
     * The fair share of a rate for the replica: none gets more than it wants, and those that want more than an equal
     * share get an equal share. A remainder goes to some of them, and to others in another {@code round}.
     */
    static long fair(long limit, List<Holder> all, String replica, long round) {
        var hungry = new ArrayList<>(all);
        hungry.sort(Comparator.comparingLong(Holder::wanted)
                .thenComparing(holder -> (holder.replica() + round).hashCode())
                .thenComparing(Holder::replica));
        long left = limit;
        for (int i = 0; i < hungry.size(); i++) {
            var holder = hungry.get(i);
            // The replicas behind want as much or more: only the first of equals are rounded up.
            long share = Math.min(holder.wanted(), Math.ceilDiv(left, hungry.size() - i));
            if (holder.replica().equals(replica)) {
                return share;
            }
            left -= share;
        }
        return 0;
    }
}
