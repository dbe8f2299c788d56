package io.milena.standalone.single;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.embedded.StartException;
import org.junit.jupiter.api.Test;

class SingleProcessTest {
    @Test
    void whatTheOperatorCanPutRightIsASentence() {
        var setting = new IllegalArgumentException("milena.delivery.pool: none (expected: the name of a pool)");
        assertThat(SingleProcess.sentence(new IllegalStateException("Failed to start", new RuntimeException(setting))))
                .contains(setting.getMessage());
        assertThat(SingleProcess.sentence(new RuntimeException(new StartException("port 2525 is in use"))))
                .contains("port 2525 is in use");
    }

    @Test
    void whatNobodyExpectsNeedsItsStackTrace() {
        assertThat(SingleProcess.sentence(new RuntimeException(new IllegalArgumentException("bound must be positive"))))
                .isEmpty();
        assertThat(SingleProcess.sentence(new IllegalArgumentException((String) null)))
                .isEmpty();
    }
}
