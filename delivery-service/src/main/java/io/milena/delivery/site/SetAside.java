package io.milena.delivery.site;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How many messages of each kind wait elsewhere for their turns at a site. Some never come back here, or leave unseen,
 * so a kind is forgotten if nothing was heard of it for the longest possible absence. Times are
 * {@link System#nanoTime()}; not thread-safe.
 */
public final class SetAside<K> {
    private static final int MANY = 1_000;

    private final long longest;
    private final Map<K, Away> byKind = new HashMap<>();
    private int sweepAt = MANY;

    private static final class Away {
        private int messages;
        private long heardOf;
    }

    /** {@code longest}: upper bound of an absence. */
    public SetAside(Duration longest) {
        this.longest = longest.toNanos();
    }

    /** Counts one more message of this kind as away. */
    public void add(K kind, long now) {
        if (byKind.size() >= sweepAt) {
            byKind.values().removeIf(away -> isForgotten(away, now));
            sweepAt = Math.max(MANY, 2 * byKind.size());
        }
        var away = byKind.computeIfAbsent(kind, key -> new Away());
        if (isForgotten(away, now)) {
            away.messages = 0;
        }
        away.heardOf = now;
        away.messages++;
    }

    /** Number of messages of this kind that are away. */
    public int away(K kind, long now) {
        var away = byKind.get(kind);
        return away == null || isForgotten(away, now) ? 0 : away.messages;
    }

    /** Counts as back one message that may have been set aside. */
    public void back(K kind, long now) {
        var away = byKind.get(kind);
        if (away != null) {
            away.heardOf = now;
            if (--away.messages <= 0) {
                byKind.remove(kind);
            }
        }
    }

    private boolean isForgotten(Away away, long now) {
        return now - away.heardOf > longest;
    }

    int kinds() {
        return byKind.size();
    }
}
