package io.milena.delivery.progress;

import io.milena.topics.kafka.StartingPoints.Start;
import java.util.NavigableMap;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * How far one partition of a tier is finished: all records before its head, and the runs behind it that a flush has
 * taken out. Waiting records are not kept here: they may be many. Confined to the loop's thread.
 */
public final class TierProgress {
    /** Most characters of a further run: it makes three numbers of one. */
    private static final int ONE_RUN = 40;

    private final NavigableMap<Long, Long> finished;
    private long head;
    /** In which the last record seen was written: by it a later owner sees whether the log was cut. */
    private Optional<Integer> epoch = Optional.empty();

    private TierProgress(long head, NavigableMap<Long, Long> finished) {
        this.head = head;
        this.finished = finished;
    }

    /** Continues from an earlier owner's commit. */
    public static TierProgress from(OffsetAndMetadata committed) {
        return new TierProgress(
                committed.offset(),
                RunLengths.read(committed.offset(), committed.metadata()).finished());
    }

    /** Continues from an earlier owner's commit, as far as the log still has what it was about. */
    public static TierProgress from(Start start) {
        var committed = start.progress();
        var progress = new TierProgress(
                committed.offset(),
                RunLengths.read(committed.offset(), committed.metadata())
                        .before(start.intact())
                        .finished());
        progress.epoch = committed.leaderEpoch();
        if (start.first() > progress.head) {
            progress.finish(progress.head, start.first());
        }
        return progress;
    }

    /** A record that its leader had written in this epoch was seen. */
    public void saw(Optional<Integer> epochOfRecord) {
        // A scan sees later records than the loop.
        if (epoch.isEmpty() || epochOfRecord.filter(of -> of > epoch.get()).isPresent()) {
            epoch = epochOfRecord;
        }
    }

    /** The first offset that is not finished. */
    public long head() {
        return head;
    }

    public boolean isFinished(long offset) {
        var run = finished.floorEntry(offset);
        return offset < head || run != null && offset < run.getValue();
    }

    /** Finishes the records from {@code from} to before {@code to}, and the offsets without a record between them. */
    public void finish(long from, long to) {
        long first = from;
        long last = to;
        var before = finished.floorEntry(from);
        if (before != null && before.getValue() >= from) {
            first = before.getKey();
            last = Math.max(last, before.getValue());
        }
        var touched = finished.subMap(first, true, last, true);
        if (!touched.isEmpty()) {
            last = Math.max(last, touched.lastEntry().getValue());
            touched.clear();
        }
        finished.put(first, last);
        if (finished.firstKey() <= head) {
            head = Math.max(head, finished.pollFirstEntry().getValue());
        }
    }

    /** Number of finished offsets behind the head. */
    public long finishedBehindHead() {
        return finished.entrySet().stream()
                .mapToLong(run -> run.getValue() - run.getKey())
                .sum();
    }

    /**
     * Whether the metadata may not hold another run: until the head moves on, only records at the head may be finished.
     */
    public boolean isFull() {
        return encode().length() > RunLengths.MOST_CHARACTERS - ONE_RUN;
    }

    public OffsetAndMetadata toCommit() {
        return new OffsetAndMetadata(head, epoch, encode());
    }

    private String encode() {
        var runs = new RunLengths();
        long from = head;
        for (var run : finished.entrySet()) {
            runs.add(run.getKey() - from);
            runs.add(run.getValue() - run.getKey());
            from = run.getValue();
        }
        return runs.toString();
    }
}
