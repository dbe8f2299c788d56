package io.milena.ingest.connection;

import io.milena.ingest.message.MemoryBudget;

/**
 * The memory of one session besides its content: the envelope, and commands that came ahead of their replies. All of it
 * beyond a few kilobytes counts against the {@link MemoryBudget} of all sessions. Runs on its connection's event loop.
 */
final class SessionMemory {
    /** Octets that each session may hold at any time: an envelope of some recipients, and a few commands. */
    private static final int FREE = 4 * 1024;
    /** Octets that a client may send ahead of its replies before the socket is not read any more. */
    private static final int MOST_AHEAD = 64 * 1024;
    /** Octets of memory for each octet of an envelope as JSON: the objects that describe a recipient. */
    private static final int OBJECTS = 3;

    private final MemoryBudget budget;
    private long counted;

    SessionMemory(MemoryBudget budget) {
        this.budget = budget;
    }

    /** The session holds so much now. */
    void holds(int envelope, int ahead) {
        count(Math.max(0, (long) OBJECTS * envelope + ahead - FREE));
    }

    /** The session holds nothing any more. */
    void release() {
        count(0);
    }

    private void count(long octets) {
        long before = counted;
        counted = octets;
        if (octets > before) {
            budget.take(octets - before);
        } else if (octets < before) {
            budget.release(before - octets);
        }
    }

    /** Whether the envelope may not grow: it is larger than others, and memory is used up. */
    boolean lacksRoomForRecipients() {
        return counted > 0 && budget.usedUp();
    }

    /** Octets that may wait for their turn before the socket is not read any more. */
    int mostAhead() {
        return budget.usedUp() ? FREE : MOST_AHEAD;
    }
}
