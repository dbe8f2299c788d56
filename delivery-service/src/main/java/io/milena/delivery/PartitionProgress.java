package io.milena.delivery;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * How far one partition is settled, although its records finish out of order. What is committed is the lowest unfinished offset; which
 * ones above it are finished goes into the commit's metadata as alternating run lengths (unfinished, finished, …; base-128 numbers in
 * base64), so that a restart repeats nothing that was settled. Confined to the loop's thread, but for {@link #flights()}, {@link #revoked()} and {@link #lost()}.
 */
final class PartitionProgress {
    /** The broker takes 4,096 characters of metadata (offset.metadata.max.bytes). */
    static final int MAX_METADATA = 4000;

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private final NavigableMap<Long, Long> settledBefore;
    private final AtomicInteger flights = new AtomicInteger();
    private volatile boolean revoked;
    private volatile boolean lost;
    private long next;
    private int unfinished;
    private boolean changed;

    /** A record that was read and is not yet below the committed offset. */
    static final class Entry {
        private final long offset;
        private boolean finished;

        private Entry(long offset) {
            this.offset = offset;
        }
    }

    private PartitionProgress(long next, NavigableMap<Long, Long> settledBefore) {
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
        var entry = new Entry(offset);
        entries.add(entry);
        next = offset + 1;
        unfinished++;
        return entry;
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
        while (!entries.isEmpty() && entries.peek().finished) {
            entries.remove();
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
        return new OffsetAndMetadata(first(), encode());
    }

    /** Whether the metadata is close to what the broker takes: no more may be read until gaps have closed. */
    boolean metadataIsFull() {
        return runs().encoded().length() > MAX_METADATA / 2;
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

    /** Its unfinished records may be another replica's now: what has begun must not be completed. */
    boolean lost() {
        return lost;
    }

    void lose() {
        revoked = true;
        lost = true;
    }

    private Runs runs() {
        var runs = new Runs(first());
        entries.forEach(entry -> runs.from(entry.offset, entry.finished));
        runs.from(next, false);
        return runs;
    }

    private long first() {
        return entries.isEmpty() ? next : entries.peek().offset;
    }

    private String encode() {
        var runs = runs();
        // What an earlier owner has settled and was not read yet.
        settledBefore.values().removeIf(end -> end <= next);
        settledBefore.forEach((from, end) -> {
            runs.from(Math.max(from, next), true);
            runs.from(end, false);
        });
        return runs.encoded();
    }

    /** The run lengths on their way into the metadata. What does not fit counts as unfinished; {@link #metadataIsFull()} keeps reading from getting there. */
    private static final class Runs {
        /** Two numbers, and air. */
        private static final int ROOM = 24;

        private final ByteBuffer bytes = ByteBuffer.allocate(MAX_METADATA * 3 / 4);
        private long start;
        private boolean finished;

        private Runs(long first) {
            this.start = first;
        }

        /** How it is from this offset on. */
        private void from(long offset, boolean nowFinished) {
            if (nowFinished == finished || nowFinished && bytes.remaining() < ROOM) {
                return;
            }
            put(offset - start);
            start = offset;
            finished = nowFinished;
        }

        private void put(long number) {
            long left = number;
            while (left > 127) {
                bytes.put((byte) (left & 127 | 128));
                left >>>= 7;
            }
            bytes.put((byte) left);
        }

        private String encoded() {
            return Base64.getEncoder()
                    .withoutPadding()
                    .encodeToString(java.util.Arrays.copyOf(bytes.array(), bytes.position()));
        }
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
