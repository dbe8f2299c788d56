package io.milena.delivery.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;

/** The progress of a tier's partition, committed and restored: exactly the finished records are finished. */
class TierProgressTest {
    @Property(tries = 300)
    void whatWasFinishedIsKnownToTheNextOwner(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int runs) {
        var random = new Random(seed);
        var progress = TierProgress.from(new OffsetAndMetadata(random.nextInt(50)));
        var finished = new HashSet<Long>();
        for (long offset = 0; offset < progress.head(); offset++) {
            finished.add(offset);
        }
        for (int i = 0; i < runs; i++) {
            long from = random.nextInt(1000);
            long to = from + 1 + random.nextInt(5);
            progress.finish(from, to);
            for (long offset = from; offset < to; offset++) {
                finished.add(offset);
            }
        }

        var next = TierProgress.from(progress.toCommit());

        for (long offset = 0; offset < 1010; offset++) {
            assertThat(next.isFinished(offset)).as("offset %d", offset).isEqualTo(finished.contains(offset));
        }
        assertThat(finished).doesNotContain(next.head());
        assertThat(next.finishedBehindHead())
                .isEqualTo(
                        finished.stream().filter(offset -> offset > next.head()).count());
    }

    @Test
    void whenItIsFullTheMetadataStillSaysAll() {
        var progress = TierProgress.from(new OffsetAndMetadata(1_000_000_000_000L));
        long offset = progress.head() + (1L << 40);
        var last = offset;
        while (!progress.isFull()) {
            last = offset;
            progress.finish(offset, offset + 1);
            offset += 200_000;
        }

        var committed = progress.toCommit();

        assertThat(committed.metadata().length()).isLessThanOrEqualTo(RunLengths.MOST_CHARACTERS);
        var next = TierProgress.from(committed);
        assertThat(next.isFinished(last)).isTrue();
        assertThat(next.isFinished(last - 1)).isFalse();
        // The head moves on all the same, and that makes room.
        next.finish(next.head(), last);
        assertThat(next.head()).isEqualTo(last + 1);
        assertThat(next.isFull()).isFalse();
        assertThat(next.toCommit().metadata()).isEmpty();
    }
}
