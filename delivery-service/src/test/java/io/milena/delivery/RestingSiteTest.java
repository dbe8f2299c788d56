package io.milena.delivery;

import static io.milena.delivery.Replicas.LONG;
import static io.milena.delivery.Replicas.await;
import static io.milena.delivery.Replicas.awaitAllOnce;

import io.milena.topics.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mail for a host that is down goes on hold for a day at a real broker, and is there as soon as the host lets a scout in.
 */
class RestingSiteTest {
    private static final String DOMAIN = "down.example";
    /** More than there are scouts. */
    private static final int MESSAGES = 60;

    private static final int ON_HOLD = 40;

    @Test
    void mailOnHoldComesBackAsSoonAsItsHostAnswers(@TempDir Path dir) throws Exception {
        try (var replicas = replicas(dir)) {
            var mx = replicas.mx("mx.down.example", DOMAIN).silent();
            var submitted = replicas.submit(DOMAIN, MESSAGES);
            replicas.start("one.test");
            awaitOnHold(replicas);
            mx.answering();

            awaitAllOnce(mx, submitted);
        }
    }

    @Test
    void aReplicaThatKnowsOfNoRestBringsBackWhatAnotherPutOnHold(@TempDir Path dir) throws Exception {
        try (var replicas = replicas(dir)) {
            var mx = replicas.mx("mx.down.example", DOMAIN).silent();
            List<String> submitted = replicas.submit(DOMAIN, MESSAGES);
            var first = replicas.start("one.test");
            awaitOnHold(replicas);
            replicas.stop(first);
            mx.answering();
            replicas.start("two.test");

            awaitAllOnce(mx, submitted);
        }
    }

    /** Rests are short, and nobody is told of a delay, for which mail would come back before. */
    private static Replicas replicas(Path dir) throws Exception {
        return new Replicas(dir, Duration.ofSeconds(1))
                .with("delivery.timeout.greeting", "1s")
                .with("delivery.suspend.first", "1s")
                .with("delivery.suspend.max", "1s")
                .with("retry.delay-report", "0");
    }

    private static void awaitOnHold(Replicas replicas) throws InterruptedException {
        await(
                LONG,
                () -> "mail is on hold",
                () -> replicas.records(Topics.deferred(Topics.HOLD)).size() >= ON_HOLD);
    }
}
