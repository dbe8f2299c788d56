package io.milena.topics.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.junit.jupiter.api.Test;

class ExpulsionTest {
    private final RuntimeException no = new CommitFailedException("no member");
    private long now = Long.MAX_VALUE - 1;
    private final Expulsion expulsion = new Expulsion(() -> now);

    @Test
    void refusalsThatLastAreAnExpulsion() {
        expulsion.refused(no);
        pass(Expulsion.LIMIT);
        expulsion.refused(no);
        assertThat(expulsion.refusal()).isEmpty();

        pass(Duration.ofMillis(1));
        expulsion.refused(no);
        assertThat(expulsion.refusal()).contains(no);
    }

    /** The loop was refused in a rebalance, and had nothing to commit since. */
    @Test
    void oneRefusalIsNoneHoweverLongAgoItWas() {
        expulsion.refused(no);
        pass(Duration.ofHours(1));
        assertThat(expulsion.refusal()).isEmpty();
    }

    @Test
    void aSuccessBeginsAgain() {
        expulsion.refused(no);
        pass(Expulsion.LIMIT);
        expulsion.committed();
        expulsion.refused(no);
        pass(Expulsion.LIMIT);
        expulsion.refused(no);
        assertThat(expulsion.refusal()).isEmpty();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
