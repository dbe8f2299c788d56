package io.milena.delivery.progress;

import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * How far one partition is settled, although its records finish out of order. What is committed is the lowest unfinished offset; which
 * ones above it are finished goes into the commit's metadata ({@link RunLengths}), so that a restart repeats nothing that was settled; and before anything is begun that
 * it may be, so that after a crash it is known what is in doubt. Confined to the loop's thread, but for {@link #flights()}, {@link #revoked()}, {@link #lost()} and
 * {@link #announce}.
 */
public final class PartitionProgress {
    /** Records behind the last one begun that may be begun before that is announced, or a multiple of what began between two commits: so that hardly one waits. */
    private static final int AHEAD = 64;

    private static final int COMMITS_AHEAD = 4;

    /** Begin and end of each run that is finished above the lowest unfinished record: as many as there are gaps, however much was finished since. */
    private final NavigableMap<Long, Long> finished = new TreeMap<>();

    private final NavigableMap<Long, Long> settledBefore;
    /** What an earlier owner has not settled before that, it may have begun. */
    private final long doubtedUntil;

    private final AtomicInteger flights = new AtomicInteger();
    private volatile boolean revoked;
    private volatile boolean lost;
    /** All below is finished. */
    private long lowest;

    private long next;
    private int unfinished;
    private boolean changed;
    /** Behind the last record that was begun, or is to be. */
    private final AtomicLong begun = new AtomicLong();
    /** It is committed that records before this may be begun; {@code announcing}: that it is about to be. */
    private volatile long announced;

    private long announcing;
    private long reached;

    /** A record that was read. */
    public static final class Entry {
        private final long offset;
        private boolean finished;

        private Entry(long offset) {
            this.offset = offset;
        }
    }

    private PartitionProgress(long next, NavigableMap<Long, Long> settledBefore, long doubtedUntil) {
        this.lowest = next;
        this.next = next;
        this.settledBefore = settledBefore;
        this.doubtedUntil = doubtedUntil;
    }

    /** A partition of which nothing is committed yet. */
    public static PartitionProgress fromStart() {
        return new PartitionProgress(0, new TreeMap<>(), 0);
    }

    /** Goes on from what an earlier owner committed; what comes at {@code end} and later, nobody has begun. */
    public static PartitionProgress from(OffsetAndMetadata committed, long end) {
        var said = RunLengths.read(committed.offset(), committed.metadata());
        return new PartitionProgress(committed.offset(), said.finished(), Math.min(said.horizon(), end));
    }

    /** Whether an earlier owner has settled it. */
    public boolean isSettled(long offset) {
        var run = settledBefore.floorEntry(offset);
        return run != null && offset < run.getValue();
    }

    /** Whether an earlier owner, that did not leave in order, may have begun what it has not settled. */
    public boolean isDoubted(long offset) {
        return offset < doubtedUntil;
    }

    /** Has the next commit say that this record may have been begun: after a crash it is in doubt from then on. */
    public void announce(Entry entry) {
        begun.accumulateAndGet(entry.offset + 1, Math::max);
    }

    /** Whether that is committed, so that the record may be begun. */
    public boolean isAnnounced(Entry entry) {
        return entry.offset < announced;
    }

    /** A record was read. */
    public Entry read(long offset) {
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
    public void skip(long offset) {
        finish(read(offset));
    }

    public void finish(Entry entry) {
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

    public int unfinished() {
        return unfinished;
    }

    /** Whether there is something to commit since {@link #committed()}, or what may be begun is soon used up. */
    public boolean changed() {
        return changed || !revoked && announced - reached() < AHEAD / 2;
    }

    /** What was given {@linkplain #toCommit to be committed} last is. */
    public void committed() {
        changed = false;
        announced = announcing;
        reached = reached();
    }

    /** No record behind this has been begun. */
    private long reached() {
        return Math.max(begun.get(), lowest);
    }

    public OffsetAndMetadata toCommit() {
        long now = reached();
        announcing =
                revoked ? announced : Math.max(now + Math.max(AHEAD, COMMITS_AHEAD * (now - reached)), doubtedUntil);
        return new OffsetAndMetadata(lowest, encode(announcing));
    }

    /** Where to read on. */
    public long lowest() {
        return lowest;
    }

    /** It is revoked and nothing is under way: what is not settled has not been begun, unless that was in doubt before. */
    public void leaveInOrder() {
        announced = doubtedUntil;
        changed = true;
    }

    /** Whether the metadata is close to what the broker takes: no more may be read until gaps have closed. What was inherited closes by being read. */
    public boolean metadataIsFull() {
        // Asked after each poll, and mostly there are few gaps.
        if (finished.size() * 2 * RunLengths.LONGEST_NUMBER < RunLengths.MOST_CHARACTERS / 2) {
            return false;
        }
        var runs = new RunLengths();
        addTo(runs, finished, lowest);
        return runs.toString().length() > RunLengths.MOST_CHARACTERS / 2;
    }

    /** Transactions with remotes that are under way for this partition's records. */
    public AtomicInteger flights() {
        return flights;
    }

    /** Another replica owns the partition: what has not begun must not begin. */
    public boolean revoked() {
        return revoked;
    }

    public void revoke() {
        revoked = true;
    }

    /** Its unfinished records may be another replica's now: what has begun must not be completed. */
    public boolean lost() {
        return lost;
    }

    public void lose() {
        revoked = true;
        lost = true;
    }

    private String encode(long horizon) {
        var runs = new RunLengths();
        long behind = addTo(runs, finished, lowest);
        // What an earlier owner has settled and was not read yet.
        settledBefore.values().removeIf(end -> end <= next);
        addTo(runs, settledBefore, behind);
        if (horizon > lowest) {
            runs.addHorizon(horizon - lowest);
        }
        return runs.toString();
    }

    /** Adds what fits: the rest counts as unfinished, and {@link #metadataIsFull()} keeps reading from getting there. Returns the end of the last one added. */
    private long addTo(RunLengths runs, NavigableMap<Long, Long> some, long behind) {
        long from = behind;
        for (var run : some.entrySet()) {
            if (!runs.hasRoom()) {
                break;
            }
            long begin = some == settledBefore ? Math.max(run.getKey(), next) : run.getKey();
            runs.add(begin - from);
            runs.add(run.getValue() - begin);
            from = run.getValue();
        }
        return from;
    }
}
