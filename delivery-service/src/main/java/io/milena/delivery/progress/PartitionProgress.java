package io.milena.delivery.progress;

import io.milena.topics.kafka.StartingPoints.Start;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * How far one partition is settled, although its records finish out of order. The lowest unfinished offset is
 * committed; the finished ones above it go into the commit's metadata ({@link RunLengths}), so that a restart repeats
 * nothing that was settled. Before a record is begun, the metadata says that it may be, so that after a crash it is
 * known which records are in doubt. Confined to the loop's thread, except {@link #flights()}, {@link #revoked()},
 * {@link #lost()}, {@link #announce} and {@link #isAnnounced}.
 */
public final class PartitionProgress {
    /**
     * Records beyond the last one begun that are announced in advance; or a multiple of those begun between two
     * commits, if that is more: so hardly any record waits for the announcement.
     */
    private static final int AHEAD = 64;

    private static final int COMMITS_AHEAD = 4;

    /**
     * Begin and end of each finished run above the lowest unfinished record: as many as there are gaps, however many
     * records are finished.
     */
    private final NavigableMap<Long, Long> finished = new TreeMap<>();

    private final NavigableMap<Long, Long> settledBefore;
    /** An earlier owner may have begun unsettled records before this offset. */
    private final long doubtedUntil;

    private final AtomicInteger flights = new AtomicInteger();
    private volatile boolean revoked;
    private volatile boolean lost;
    /** All records below it are finished. */
    private long lowest;

    private long next;
    /** In which the last record read was written: by it a later owner sees whether the log was cut. */
    private Optional<Integer> epoch = Optional.empty();

    private int unfinished;
    private boolean changed;
    /** The offset after the last record that was begun or wants to begin. */
    private final AtomicLong begun = new AtomicLong();
    /**
     * Records before this offset may be begun, and that is committed; {@code announcing}: it will be committed next.
     */
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

    /** Continues from an earlier owner's commit, as far as the log still has what it was about. */
    public static PartitionProgress from(Start start) {
        var committed = start.progress();
        var said = RunLengths.read(committed.offset(), committed.metadata()).before(start.intact());
        // Nobody has begun records behind the end.
        var progress = new PartitionProgress(
                start.first(),
                new TreeMap<>(said.finished().tailMap(start.first(), true)),
                Math.min(said.horizon(), start.end()));
        progress.epoch = committed.leaderEpoch();
        progress.changed = start.first() != committed.offset() || start.intact() != Long.MAX_VALUE;
        return progress;
    }

    /** The offset behind the last record that a commit calls settled. */
    public static long reach(OffsetAndMetadata committed) {
        var finished = RunLengths.read(committed.offset(), committed.metadata()).finished();
        return finished.isEmpty() ? committed.offset() : finished.lastEntry().getValue();
    }

    /** Whether an earlier owner has settled it. */
    public boolean isSettled(long offset) {
        var run = settledBefore.floorEntry(offset);
        return run != null && offset < run.getValue();
    }

    /** Whether an earlier owner, which did not end in order, may have begun this unsettled record. */
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

    /** A record that its leader had written in this epoch was read. */
    public void saw(Optional<Integer> epochOfRecord) {
        epoch = epochOfRecord;
    }

    /** A record was read. */
    public Entry read(long offset) {
        if (offset > next) {
            // Transaction markers, and compacted records: there is nothing to finish.
            addFinished(next, offset);
        }
        next = offset + 1;
        unfinished++;
        return new Entry(offset);
    }

    /** A record that was settled before: it is only counted. */
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

    /** Whether there is something to commit since {@link #committed()}, or the announced range is nearly used up. */
    public boolean changed() {
        return changed || !revoked && announced - reached() < AHEAD / 2;
    }

    /** The progress of the last {@link #toCommit} is committed. */
    public void committed() {
        changed = false;
        announced = announcing;
        reached = reached();
    }

    /** No record at or after this offset has been begun. */
    private long reached() {
        return Math.max(begun.get(), lowest);
    }

    public OffsetAndMetadata toCommit() {
        long now = reached();
        announcing =
                revoked ? announced : Math.max(now + Math.max(AHEAD, COMMITS_AHEAD * (now - reached)), doubtedUntil);
        return new OffsetAndMetadata(lowest, epoch, encode(announcing));
    }

    /** Where to continue reading. */
    public long lowest() {
        return lowest;
    }

    /**
     * The partition is revoked and nothing is under way: unsettled records have not been begun, unless they were in
     * doubt before.
     */
    public void leaveInOrder() {
        changed |= announced != doubtedUntil;
        announced = doubtedUntil;
    }

    /**
     * Whether the metadata is close to the broker's limit: then nothing more may be read until gaps have closed.
     * Inherited gaps close by reading.
     */
    public boolean metadataIsFull() {
        // Called after each poll; mostly there are few gaps.
        if (finished.size() * 2 * RunLengths.LONGEST_NUMBER < RunLengths.MOST_CHARACTERS / 2) {
            return false;
        }
        var runs = new RunLengths();
        addTo(runs, finished, lowest);
        return runs.toString().length() > RunLengths.MOST_CHARACTERS / 2;
    }

    /** Number of transactions with remotes under way for this partition's records. */
    public AtomicInteger flights() {
        return flights;
    }

    /** Another replica owns the partition: no further record may begin. */
    public boolean revoked() {
        return revoked;
    }

    public void revoke() {
        revoked = true;
    }

    /** Its unfinished records may be another replica's now: records that have begun must not be completed. */
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
        // Runs settled by an earlier owner that were not read yet.
        settledBefore.values().removeIf(end -> end <= next);
        addTo(runs, settledBefore, behind);
        if (horizon > lowest) {
            runs.addHorizon(horizon - lowest);
        }
        return runs.toString();
    }

    /**
     * Adds the runs that fit: the others count as unfinished, and {@link #metadataIsFull()} stops the reading before
     * that happens. Returns the end of the last run added.
     */
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
