package io.milena.delivery;

import java.util.ArrayDeque;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * How far one partition is settled, although its records finish out of order. What is committed is the lowest unfinished offset; which
 * ones above it are finished goes into the commit's metadata ({@link RunLengths}), so that a restart repeats nothing that was settled. Confined to the loop's thread, but for {@link #flights()} and {@link #revoked()}.
 */
final class PartitionProgress {
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private final NavigableMap<Long, Long> settledBefore;
    private final AtomicInteger flights = new AtomicInteger();
    private volatile boolean revoked;
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
        return new PartitionProgress(committed.offset(), RunLengths.finished(committed.offset(), committed.metadata()));
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
        return new OffsetAndMetadata(entries.isEmpty() ? next : entries.peek().offset, encode());
    }

    /** Whether the metadata is close to what the broker takes: no more may be read until gaps have closed. */
    boolean metadataIsFull() {
        return encode().length() > RunLengths.MOST_CHARACTERS / 2;
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
        if (entries.isEmpty()) {
            return "";
        }
        var runs = new RunLengths();
        long from = entries.peek().offset;
        boolean finished = false;
        for (var entry : entries) {
            if (entry.finished != finished) {
                if (!runs.hasRoom()) {
                    // What does not fit counts as unfinished; metadataIsFull() keeps reading from getting here.
                    if (finished) {
                        runs.add(entry.offset - from);
                        finished = false;
                    }
                    break;
                }
                runs.add(entry.offset - from);
                from = entry.offset;
                finished = entry.finished;
            }
        }
        if (finished) {
            runs.add(next - from);
        }
        return runs.toString();
    }
}
