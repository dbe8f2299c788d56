package io.milena.auth.lease;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How a number is shared out among replicas. Whatever they want, the shares that are in force never come to more than the limit. */
public final class Shares {
    /** Of what is left of a day a replica gets this part at a time, so that none has much that it does not need. */
    private static final int PART_OF_DAY = 8;

    /** What a replica holds, and how much it would like to. */
    public record Holder(String replica, long held, long wanted) {}

    private Shares() {}

    /**
     * What the replica holds from now on of a day's messages: at least what it holds already, since that may be spent.
     *
     * @param others sum of what the others hold
     */
    public static long ofDay(long limit, long others, Holder holder) {
        long left = limit - others - holder.held();
        if (left <= 0) {
            return holder.held();
        }
        long part = Math.ceilDiv(left, PART_OF_DAY);
        return Math.max(holder.held(), Math.min(holder.held() + part, holder.wanted()));
    }

    /** What is granted, and what the replica ought to come down to. */
    public record RateShare(long granted, long target) {}

    /**
     * A share of a rate: what is fair, and no more than the others leave. What the replica holds it may be using at this moment, so it comes down
     * by itself and says so.
     */
    public static RateShare ofRate(long limit, List<Holder> others, Holder holder, long round) {
        var all = new ArrayList<>(others);
        all.add(holder);
        long free = limit - others.stream().mapToLong(Holder::held).sum();
        long target = Math.max(0, Math.min(fair(limit, all, holder.replica(), round), free));
        return new RateShare(Math.max(holder.held(), target), target);
    }

    /**
     * The share of a rate that is fair for the replica: nobody gets more than it wants, and who wants more than an equal share gets that. What can't
     * be divided goes to some of them, and to others in another {@code round}.
     */
    static long fair(long limit, List<Holder> all, String replica, long round) {
        var hungry = new ArrayList<>(all);
        hungry.sort(Comparator.comparingLong(Holder::wanted)
                .thenComparing(holder -> (holder.replica() + round).hashCode())
                .thenComparing(Holder::replica));
        long left = limit;
        for (int i = 0; i < hungry.size(); i++) {
            var holder = hungry.get(i);
            // The ones behind want as much or more: rounding up is for the first of equals.
            long share = Math.min(holder.wanted(), Math.ceilDiv(left, hungry.size() - i));
            if (holder.replica().equals(replica)) {
                return share;
            }
            left -= share;
        }
        return 0;
    }
}
