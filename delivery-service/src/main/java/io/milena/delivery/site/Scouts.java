package io.milena.delivery.site;

import io.milena.topics.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The messages that come back at the end of a rest and try again, {@link #FEW} of each account and domain; all others
 * are on hold, so that not all of them are copied at each rest. A scout that does not come back is replaced, and so is
 * one whose queue lifetime ends while others may still be on hold. Times are {@link System#nanoTime()}; not thread-safe.
 */
final class Scouts {
    /**
     * With this many, one is tried about every hour or more often by the usual delays, however long the delays of those
     * are that were tried.
     */
    static final int FEW = 10;

    private static final int MOST_GROUPS = 10_000;
    /** A tier may be up to four times as long as the rest, and mail may wait before it is read. */
    private static final int TIER_OF_REST = 4;

    private static final long SLACK = Duration.ofMinutes(30).toNanos();
    private static final long LONGEST_HOLD = Topics.HOLD.toNanos() + SLACK;

    private final Map<Group, Map<String, Scout>> sent = new HashMap<>();

    /** Mail that an order is usually about as a whole. */
    private record Group(String account, String domain) {}

    /**
     * A message that is to come back.
     *
     * @param back by then it has come back, or is lost
     * @param end of its queue lifetime
     */
    private record Scout(long back, long end) {}

    /**
     * Whether a message is a scout: it was one before, or one more is needed.
     *
     * @param left its queue lifetime from now
     * @param rest time until the rest ends
     */
    boolean isOne(String account, String domain, String id, Duration left, Duration rest, long now) {
        var group = new Group(account, domain);
        if (!sent.containsKey(group) && sent.size() >= MOST_GROUPS) {
            // Mail of one more group is not put on hold.
            return true;
        }
        var scouts = sent.computeIfAbsent(group, key -> new HashMap<>());
        scouts.values().removeIf(scout -> scout.back - now < 0);
        long end = now + left.toNanos();
        long needed = now + Math.min(left.toNanos(), LONGEST_HOLD);
        long enough = scouts.values().stream()
                .filter(scout -> scout.end - needed >= 0)
                .limit(FEW)
                .count();
        if (enough >= FEW && !scouts.containsKey(id)) {
            return false;
        }
        scouts.put(id, new Scout(now + TIER_OF_REST * rest.toNanos() + SLACK, end));
        return true;
    }

    void forget() {
        sent.clear();
    }
}
