package io.milena.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The progress of a partition, committed and taken up again: nothing unfinished is forgotten, nothing finished is repeated. */
class PartitionProgressTest {
    @Property(tries = 300)
    void whatIsCommittedTellsFinishedFromUnfinished(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 400) int records) {
        var random = new Random(seed);
        var progress = PartitionProgress.fromStart();
        var entries = new ArrayList<PartitionProgress.Entry>();
        var offsets = new ArrayList<Long>();
        long offset = random.nextInt(1000);
        for (int i = 0; i < records; i++) {
            offsets.add(offset);
            entries.add(progress.begin(offset));
            // Transaction markers leave holes between offsets.
            offset += 1 + random.nextInt(3);
        }
        var finished = new ArrayList<Boolean>();
        for (var entry : entries) {
            boolean done = random.nextInt(100) < 60;
            finished.add(done);
            if (done) {
                progress.finish(entry);
            }
        }

        var committed = progress.toCommit();
        var next = PartitionProgress.from(committed);

        for (int i = 0; i < records; i++) {
            boolean repeated = offsets.get(i) >= committed.offset() && !next.isSettled(offsets.get(i));
            assertThat(repeated).as("offset %d", offsets.get(i)).isEqualTo(!finished.get(i));
        }
        assertThat(next.isSettled(offset + 1)).isFalse();
    }

    @Test
    void fullMetadataForgetsNothingUnfinished() {
        var progress = PartitionProgress.fromStart();
        var entries = new ArrayList<PartitionProgress.Entry>();
        for (long offset = 0; offset < 10_000; offset++) {
            entries.add(progress.begin(offset));
        }
        for (int i = 1; i < entries.size(); i += 2) {
            progress.finish(entries.get(i));
        }

        var committed = progress.toCommit();

        assertThat(committed.metadata().length()).isLessThanOrEqualTo(4096);
        assertThat(progress.metadataIsFull()).isTrue();
        var next = PartitionProgress.from(committed);
        for (long offset = 0; offset < 10_000; offset += 2) {
            assertThat(next.isSettled(offset)).isFalse();
        }
    }

    @Test
    void metadataThatIsNoneIsReadAsNothingFinished() {
        var committed = new org.apache.kafka.clients.consumer.OffsetAndMetadata(7, "not base64 !");
        assertThat(PartitionProgress.from(committed).isSettled(8)).isFalse();
    }

    @Test
    void whatAnEarlierOwnerSettledIsKeptUntilItWasRead() {
        var before = PartitionProgress.fromStart();
        var entries = LongStream.range(10, 20).mapToObj(before::begin).toList();
        List.of(2, 3, 7).forEach(i -> before.finish(entries.get(i)));

        var between = PartitionProgress.from(before.toCommit());
        var first = between.begin(10);
        between.begin(11);
        between.skip(12);
        between.finish(first);
        var after = PartitionProgress.from(between.toCommit());

        assertThat(LongStream.range(11, 20).filter(after::isSettled)).containsExactly(12L, 13L, 17L);
        assertThat(between.metadataIsFull()).isFalse();
    }

    @Test
    void everythingFinishedLeavesNoMetadata() {
        var progress = PartitionProgress.fromStart();
        List.of(progress.begin(3), progress.begin(4)).reversed().forEach(progress::finish);
        assertThat(progress.toCommit().offset()).isEqualTo(5);
        assertThat(progress.toCommit().metadata()).isEmpty();
        assertThat(progress.unfinished()).isZero();
    }

    /** A host that tarpits may keep one message for an hour. */
    @Test
    @Timeout(10)
    void oneThatTakesLongCostsNothingForEachThatIsFinishedMeanwhile() {
        var progress = PartitionProgress.fromStart();
        progress.begin(0);
        for (long offset = 1; offset <= 3_000_000; offset++) {
            progress.finish(progress.begin(offset));
            if (offset % 100 == 0) {
                assertThat(progress.metadataIsFull()).isFalse();
            }
        }
        assertThat(progress.toCommit().offset()).isZero();
        assertThat(PartitionProgress.from(progress.toCommit()).isSettled(3_000_000))
                .isTrue();
    }

    @Test
    void whatIsReadAgainAfterTheBrokerHasLostItIsUnfinished() {
        var progress = PartitionProgress.fromStart();
        var entries = new ArrayList<PartitionProgress.Entry>();
        for (long offset = 0; offset < 10; offset++) {
            entries.add(progress.begin(offset));
        }
        List.of(2, 3, 4, 5, 6).forEach(offset -> progress.finish(entries.get(offset)));

        var again = progress.begin(4);
        progress.finish(entries.get(8));
        assertThat(progress.toCommit().offset()).isZero();
        var next = PartitionProgress.from(progress.toCommit());
        assertThat(List.of(2L, 3L)).allMatch(next::isSettled);
        assertThat(List.of(0L, 1L, 4L, 5L, 8L)).noneMatch(next::isSettled);

        progress.finish(again);
        entries.forEach(progress::finish);
        assertThat(progress.toCommit().offset()).isEqualTo(5);
        assertThat(progress.toCommit().metadata()).isEmpty();
    }
}
