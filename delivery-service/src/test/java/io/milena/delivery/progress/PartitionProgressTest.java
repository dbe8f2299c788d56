package io.milena.delivery.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.topics.kafka.StartingPoints.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The progress of a partition, committed and restored: no unfinished record is forgotten, no finished one is repeated.
 */
class PartitionProgressTest {
    @Property(tries = 300)
    void whatIsCommittedTellsFinishedFromUnfinished(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 400) int records) {
        var random = new Random(seed);
        var progress = Starts.first();
        var entries = new ArrayList<PartitionProgress.Entry>();
        var offsets = new ArrayList<Long>();
        long offset = random.nextInt(1000);
        for (int i = 0; i < records; i++) {
            offsets.add(offset);
            entries.add(progress.read(offset));
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
        var next = heir(committed);

        for (int i = 0; i < records; i++) {
            boolean repeated = offsets.get(i) >= committed.offset() && !next.isSettled(offsets.get(i));
            assertThat(repeated).as("offset %d", offsets.get(i)).isEqualTo(!finished.get(i));
        }
        assertThat(next.isSettled(offset + 1)).isFalse();
    }

    /** Most of these are more than the metadata holds. */
    @Property(tries = 50)
    void nothingUnfinishedIsForgottenHoweverManyGapsThereAre(
            @ForAll long seed, @ForAll @IntRange(min = 1_000, max = 20_000) int records) {
        var random = new Random(seed);
        var progress = Starts.first();
        var entries = LongStream.range(0, records).mapToObj(progress::read).toList();
        var finished = new boolean[records];
        for (int i = 0; i < records; i++) {
            finished[i] = random.nextInt(100) < 50;
            if (finished[i]) {
                progress.finish(entries.get(i));
            }
        }

        // A second owner reads some of it, and hands on what it has not read.
        var second = heir(progress.toCommit());
        for (long offset = second.lowest(); offset < records / 2; offset++) {
            if (second.isSettled(offset)) {
                second.skip(offset);
            } else {
                second.read(offset);
            }
        }
        var committed = second.toCommit();
        var third = heir(committed);

        assertThat(committed.metadata().length()).isLessThanOrEqualTo(4096);
        for (int i = 0; i < records; i++) {
            if (!finished[i]) {
                assertThat(i < committed.offset() || third.isSettled(i))
                        .as("offset %d", i)
                        .isFalse();
            }
        }
    }

    @Test
    void fullMetadataForgetsNothingUnfinished() {
        var progress = Starts.first();
        var entries = new ArrayList<PartitionProgress.Entry>();
        for (long offset = 0; offset < 10_000; offset++) {
            entries.add(progress.read(offset));
        }
        for (int i = 1; i < entries.size(); i += 2) {
            progress.finish(entries.get(i));
        }

        var committed = progress.toCommit();

        assertThat(committed.metadata().length()).isLessThanOrEqualTo(4096);
        assertThat(progress.metadataIsFull()).isTrue();
        var next = heir(committed);
        for (long offset = 0; offset < 10_000; offset += 2) {
            assertThat(next.isSettled(offset)).isFalse();
        }
    }

    @Test
    void metadataThatIsNoneIsReadAsNothingFinished() {
        var committed = new OffsetAndMetadata(7, "not base64 !");
        assertThat(heir(committed).isSettled(8)).isFalse();
    }

    @Test
    void whatAnEarlierOwnerSettledIsKeptUntilItWasRead() {
        var before = Starts.first();
        var entries = LongStream.range(10, 20).mapToObj(before::read).toList();
        List.of(2, 3, 7).forEach(i -> before.finish(entries.get(i)));

        var between = heir(before.toCommit());
        var first = between.read(10);
        between.read(11);
        between.skip(12);
        between.finish(first);
        var after = heir(between.toCommit());

        assertThat(LongStream.range(11, 20).filter(after::isSettled)).containsExactly(12L, 13L, 17L);
        assertThat(between.metadataIsFull()).isFalse();
    }

    @Test
    void everythingFinishedLeavesNoMetadataToWhoeverIsNext() {
        var progress = Starts.first();
        List.of(progress.read(3), progress.read(4)).reversed().forEach(progress::finish);
        leave(progress);
        assertThat(progress.toCommit().offset()).isEqualTo(5);
        assertThat(progress.toCommit().metadata()).isEmpty();
        assertThat(progress.unfinished()).isZero();
    }

    /** The range that may be begun is committed first, whichever replica dies. */
    @Property(tries = 300)
    void afterADeathAllIsInDoubtThatMayHaveBegun(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 5000) int records) {
        var random = new Random(seed);
        var progress = Starts.first();
        var committed = commit(progress);
        var begun = new ArrayList<PartitionProgress.Entry>();
        var offsets = new ArrayList<Long>();
        int endUnbegun = 0;
        for (long offset = 0; offset < records; offset++) {
            var entry = progress.read(offset);
            // Others wait, or end without having been begun: now and then very many, as when they give way.
            endUnbegun = random.nextInt(200) == 0 ? random.nextInt(1000) : endUnbegun - 1;
            if (endUnbegun > 0) {
                progress.finish(entry);
            } else if (random.nextBoolean()) {
                progress.announce(entry);
                if (!progress.isAnnounced(entry)) {
                    committed = commit(progress);
                }
                assertThat(progress.isAnnounced(entry)).isTrue();
                begun.add(entry);
                offsets.add(offset);
                progress.finish(begun.get(random.nextInt(begun.size())));
            } else if (random.nextBoolean()) {
                progress.finish(entry);
            }
            if (random.nextInt(100) == 0) {
                committed = commit(progress);
            }
        }

        var next = heir(committed);
        for (long offset : offsets) {
            assertThat(offset < committed.offset() || next.isSettled(offset) || next.isDoubted(offset))
                    .as("offset %d", offset)
                    .isTrue();
        }
        assertThat(next.isDoubted(10L * records + 10_000)).isFalse();
    }

    @Test
    void whoLeavesInOrderLeavesNoDoubtButWhatItFound() {
        var dead = Starts.first();
        commit(dead);
        dead.read(0);
        var heir = heir(dead.toCommit());
        assertThat(heir.isDoubted(0)).isTrue();
        commit(heir);
        var entry = heir.read(0);
        heir.read(1);
        leave(heir);
        assertThat(heir(heir.toCommit()).isDoubted(0)).isTrue();

        var other = heir(new OffsetAndMetadata(0));
        commit(other);
        other.read(0);
        leave(other);
        assertThat(heir(other.toCommit()).isDoubted(0)).isFalse();

        heir.finish(entry);
    }

    @Test
    void whatCameAfterADeathIsNotInDoubt() {
        var dead = Starts.first();
        commit(dead);
        dead.read(0);
        dead.read(1);
        var heir = Starts.from(dead.toCommit(), 2);
        assertThat(heir.isDoubted(1)).isTrue();
        assertThat(heir.isDoubted(2)).isFalse();
    }

    /** A second death forgets nothing of the first. */
    @Test
    void whatWasInDoubtStaysSoUntilItIsSettled() {
        var first = Starts.first();
        commit(first);
        for (long offset = 0; offset < 9_000; offset++) {
            var entry = first.read(offset);
            first.announce(entry);
            if (!first.isAnnounced(entry)) {
                commit(first);
            }
            assertThat(first.isAnnounced(entry)).isTrue();
        }
        var second = heir(commit(first));
        var third = heir(commit(second));
        assertThat(third.isDoubted(8_999)).isTrue();
    }

    /** A message that only waits for its turn was not sent by the dead replica. */
    @Test
    void whatIsOnlyReadIsNotInDoubt() {
        var dead = Starts.first();
        var entries = LongStream.range(0, 5_000).mapToObj(dead::read).toList();
        commit(dead);
        entries.subList(0, 20).forEach(dead::announce);
        var heir = heir(commit(dead));
        assertThat(heir.isDoubted(19)).isTrue();
        assertThat(heir.isDoubted(300)).isFalse();
        dead.announce(entries.get(4_000));
        assertThat(dead.isAnnounced(entries.get(4_000))).isFalse();
        commit(dead);
        assertThat(dead.isAnnounced(entries.get(4_000))).isTrue();
    }

    /** As when a site is crowded: mail that it cannot take soon is settled long before mail that was begun. */
    @Test
    void whatEndsFarBehindWithoutHavingBegunHidesNoDoubt() {
        var dead = Starts.first();
        commit(dead);
        var entries = LongStream.range(0, 5_000).mapToObj(dead::read).toList();
        entries.subList(0, 20).forEach(dead::announce);
        entries.subList(25, 4_000).forEach(dead::finish);
        var heir = heir(commit(dead));
        assertThat(LongStream.range(0, 20)).allMatch(heir::isDoubted);
        assertThat(LongStream.range(4_000, 5_000)).noneMatch(heir::isDoubted);

        // Nor if the next owner dies before it has read as far.
        LongStream.range(0, 10).mapToObj(heir::read).forEach(heir::announce);
        assertThat(LongStream.range(0, 20)).allMatch(heir(commit(heir))::isDoubted);
    }

    /** An older version reads the part that it knows, and knows no horizon. */
    @Test
    void metadataWithoutAHorizonLeavesNothingInDoubt() {
        var runs = new RunLengths();
        runs.add(2);
        runs.add(3);
        var progress = heir(new OffsetAndMetadata(10, runs.toString()));
        assertThat(LongStream.range(10, 20).filter(progress::isSettled)).containsExactly(12L, 13L, 14L);
        assertThat(progress.isDoubted(10)).isFalse();
    }

    /** The next owner, of a partition without an end. */
    private static PartitionProgress heir(OffsetAndMetadata committed) {
        return Starts.from(committed, Long.MAX_VALUE);
    }

    private static OffsetAndMetadata commit(PartitionProgress progress) {
        var committed = progress.toCommit();
        progress.committed();
        return committed;
    }

    private static void leave(PartitionProgress progress) {
        progress.revoke();
        progress.leaveInOrder();
    }

    /** A host that tarpits may keep one message for an hour. */
    @Test
    @Timeout(10)
    void oneThatTakesLongCostsNothingForEachThatIsFinishedMeanwhile() {
        var progress = Starts.first();
        progress.read(0);
        for (long offset = 1; offset <= 3_000_000; offset++) {
            progress.finish(progress.read(offset));
            if (offset % 100 == 0) {
                assertThat(progress.metadataIsFull()).isFalse();
            }
        }
        assertThat(progress.toCommit().offset()).isZero();
        assertThat(heir(progress.toCommit()).isSettled(3_000_000)).isTrue();
    }

    @Test
    void recordsBehindACutOfTheLogAreNotSettled() {
        var progress = Starts.first();
        var entries = new ArrayList<PartitionProgress.Entry>();
        for (long offset = 0; offset < 10; offset++) {
            entries.add(progress.read(offset));
        }
        List.of(2, 3, 4, 5, 6, 8).forEach(offset -> progress.finish(entries.get(offset)));
        var committed = progress.toCommit();
        assertThat(PartitionProgress.reach(committed)).isEqualTo(9);

        var heir = PartitionProgress.from(new Start(committed, 0, 4, 20));
        assertThat(List.of(2L, 3L)).allMatch(heir::isSettled);
        assertThat(List.of(0L, 1L, 4L, 5L, 6L, 8L)).noneMatch(heir::isSettled);
        assertThat(List.of(0L, 1L)).allMatch(heir::isDoubted);
        assertThat(List.of(4L, 8L)).noneMatch(heir::isDoubted);
        assertThat(heir.changed()).isTrue();
    }

    @Test
    void recordsThatWereDeletedUnsettledAreBehindTheProgress() {
        var progress = Starts.first();
        var entries = new ArrayList<PartitionProgress.Entry>();
        for (long offset = 0; offset < 10; offset++) {
            entries.add(progress.read(offset));
        }
        List.of(2, 3, 8).forEach(offset -> progress.finish(entries.get(offset)));

        var heir = PartitionProgress.from(new Start(progress.toCommit(), 6, Long.MAX_VALUE, 20));
        assertThat(heir.changed()).isTrue();
        assertThat(heir.toCommit().offset()).isEqualTo(6);
        assertThat(heir.isSettled(8)).isTrue();
        assertThat(List.of(6L, 7L, 9L)).noneMatch(heir::isSettled);
    }
}
