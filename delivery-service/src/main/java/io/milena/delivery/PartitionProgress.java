package io.milena.delivery;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * How far one partition is settled, although its records finish out of order. What is committed is the lowest unfinished offset; which
 * ones above it are finished goes into the commit's metadata as alternating run lengths (unfinished, finished, …; base-128 numbers in
 * base64), so that a restart repeats nothing that was settled. Confined to the loop's thread, but for {@link #flights()} and {@link #revoked()}.
 */
final class PartitionProgress {
    /** The broker takes 4,096 characters of metadata (offset.metadata.max.bytes). */
    static final int MAX_METADATA = 4000;

    /** Begin and end of each run that is finished above the lowest unfinished record: as many as there are gaps, however much was finished since. */
    private final NavigableMap<Long, Long> finished = new TreeMap<>();

    private final NavigableMap<Long, Long> settledBefore;
    private final AtomicInteger flights = new AtomicInteger();
    private volatile boolean revoked;
    /** All below is finished. */
    private long lowest;

    private long next;
    private int unfinished;
    private boolean changed;

    /** A record that was read. */
    static final class Entry {
        private final long offset;
        private boolean finished;

        private Entry(long offset) {
            this.offset = offset;
        }
    }

    private PartitionProgress(long next, NavigableMap<Long, Long> settledBefore) {
        this.lowest = next;
        this.next = next;
        this.settledBefore = settledBefore;
    }

    /** A partition of which nothing is committed yet. */
    static PartitionProgress fromStart() {
        return new PartitionProgress(0, new TreeMap<>());
    }

    /** Goes on from what an earlier owner committed. */
    static PartitionProgress from(OffsetAndMetadata committed) {
        return new PartitionProgress(committed.offset(), decode(committed.offset(), committed.metadata()));
    }

    /** Whether an earlier owner has settled it. */
    boolean isSettled(long offset) {
        var run = settledBefore.floorEntry(offset);
        return run != null && offset < run.getValue();
    }

    Entry begin(long offset) {
        if (offset > next) {
            // Transaction markers, and what was cleaned up: nothing is there to be finished.
            addFinished(next, offset);
        } else if (offset < next) {
            goBack(offset);
        }
        next = offset + 1;
        unfinished++;
        return new Entry(offset);
    }

    /** It is read again from there, as the broker has lost what followed: what was known of that is of other records. */
    private void goBack(long offset) {
        var run = finished.lowerEntry(offset);
        finished.tailMap(offset, true).clear();
        if (run != null && run.getValue() > offset) {
            finished.put(run.getKey(), offset);
        }
        lowest = Math.min(lowest, offset);
    }

    /** A record that was settled before: nothing is to be done with it but to count it. */
    void skip(long offset) {
        finish(begin(offset));
    }

    void finish(Entry entry) {
        if (entry.finished) {
            return;
        }
        entry.finished = true;
        unfinished--;
        changed = true;
        if (entry.offset < next) {
            addFinished(entry.offset, entry.offset + 1);
        }
    }

    private void addFinished(long from, long to) {
        var before = finished.floorEntry(from);
        if (from < lowest || before != null && before.getValue() > from) {
            return;
        }
        long begin = before != null && before.getValue() == from ? before.getKey() : from;
        var after = finished.remove(to);
        long end = after == null ? to : after;
        if (begin == lowest) {
            finished.remove(begin);
            lowest = end;
        } else {
            finished.put(begin, end);
        }
    }

    int unfinished() {
        return unfinished;
    }

    /** Whether there is something to commit since {@link #committed()}. */
    boolean changed() {
        return changed;
    }

    void committed() {
        changed = false;
    }

    OffsetAndMetadata toCommit() {
        return new OffsetAndMetadata(lowest, encode());
    }

    /** Whether the metadata is close to what the broker takes: no more may be read until gaps have closed. */
    boolean metadataIsFull() {
        return encode().length() > MAX_METADATA / 2;
    }

    /** Transactions with remotes that are under way for this partition's records. */
    AtomicInteger flights() {
        return flights;
    }

    /** Another replica owns the partition: what has not begun must not begin. */
    boolean revoked() {
        return revoked;
    }

    void revoke() {
        revoked = true;
    }

    private String encode() {
        if (finished.isEmpty()) {
            return "";
        }
        var runs = ByteBuffer.allocate(MAX_METADATA * 3 / 4);
        long from = lowest;
        for (var run : finished.entrySet()) {
            if (runs.remaining() < 24) {
                // What does not fit counts as unfinished; metadataIsFull() keeps reading from getting here.
                break;
            }
            put(runs, run.getKey() - from);
            put(runs, run.getValue() - run.getKey());
            from = run.getValue();
        }
        return Base64.getEncoder()
                .withoutPadding()
                .encodeToString(java.util.Arrays.copyOf(runs.array(), runs.position()));
    }

    private static void put(ByteBuffer runs, long number) {
        while (number > 127) {
            runs.put((byte) (number & 127 | 128));
            number >>>= 7;
        }
        runs.put((byte) number);
    }

    private static NavigableMap<Long, Long> decode(long base, String metadata) {
        var settled = new TreeMap<Long, Long>();
        byte[] runs;
        try {
            runs = Base64.getDecoder().decode(metadata == null ? "" : metadata);
        } catch (IllegalArgumentException e) {
            return settled;
        }
        long offset = base;
        boolean finished = false;
        for (int i = 0; i < runs.length; ) {
            long length = 0;
            int shift = 0;
            do {
                length |= (long) (runs[i] & 127) << shift;
                shift += 7;
            } while (runs[i++] < 0 && i < runs.length);
            if (finished) {
                settled.put(offset, offset + length);
            }
            offset += length;
            finished = !finished;
        }
        return settled;
    }
}
