package io.milena.delivery.progress;

import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * How far one partition of a tier has come: all before its head is finished, and so are the runs behind it that a flush has taken out. What waits is not
 * kept here: it may be much. Confined to the loop's thread.
 */
public final class TierProgress {
    /** Characters that a run more takes at most: it makes three numbers of one. */
    private static final int ONE_RUN = 40;

    private final NavigableMap<Long, Long> finished;
    private long head;

    private TierProgress(long head, NavigableMap<Long, Long> finished) {
        this.head = head;
        this.finished = finished;
    }

    /** A partition of which nothing is committed yet. */
    public static TierProgress fromStart() {
        return new TierProgress(0, new TreeMap<>());
    }

    /** Goes on from what an earlier owner committed. */
    public static TierProgress from(OffsetAndMetadata committed) {
        return new TierProgress(
                committed.offset(),
                RunLengths.read(committed.offset(), committed.metadata()).finished());
    }

    /** The first offset that is not finished. */
    public long head() {
        return head;
    }

    public boolean isFinished(long offset) {
        var run = finished.floorEntry(offset);
        return offset < head || run != null && offset < run.getValue();
    }

    /** These are finished, and what no record has between them; {@code to} is not one of them. */
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

    /** How many offsets behind the head are finished. */
    public long finishedBehindHead() {
        return finished.entrySet().stream()
                .mapToLong(run -> run.getValue() - run.getKey())
                .sum();
    }

    /** Whether the metadata may not hold a run more: until the head has gone on, nothing may be finished but at the head. */
    public boolean isFull() {
        return encode().length() > RunLengths.MOST_CHARACTERS - ONE_RUN;
    }

    public OffsetAndMetadata toCommit() {
        return new OffsetAndMetadata(head, encode());
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
