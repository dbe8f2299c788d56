package io.milena.delivery.operator.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.delivery.operator.letter.DeadLetters;
import io.milena.operator.ProblemException;
import io.milena.topics.kafka.KafkaClients;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class MessageDeskTest {
    @Test
    void oneMessageIsLookedForAtATime() throws Exception {
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var desk = new MessageDesk(new DeadLetters(new SimpleMeterRegistry()));
        desk.start(
                KafkaClients.of("127.0.0.1:1", Map.of()),
                () -> {
                    begun.countDown();
                    await(goOn);
                    throw new TimeoutException("Kafka is away");
                },
                envelope -> List.of());

        var first = CompletableFuture.runAsync(() -> desk.message("01jdm5e9kq3x7v2b", Instant.EPOCH));
        await(begun);

        assertThatThrownBy(() -> desk.message("01jdm5e9kq3x7v2b", Instant.EPOCH))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().status()).isEqualTo(503);
                    assertThat(e.problem().response().getHeaderString("Retry-After"))
                            .isEqualTo("5");
                });

        goOn.countDown();
        assertThatThrownBy(first::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(TimeoutException.class);
        // However a search ends, the next one may begin.
        assertThatThrownBy(() -> desk.message("01jdm5e9kq3x7v2b", Instant.EPOCH))
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    void aCountForTheQueuesRefusesNoSearchAndFailsForNobody() throws Exception {
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var desk = new MessageDesk(new DeadLetters(new SimpleMeterRegistry()));
        desk.start(
                KafkaClients.of("127.0.0.1:1", Map.of()),
                () -> {
                    if (begun.getCount() > 0) {
                        begun.countDown();
                        await(goOn);
                    }
                    throw new TimeoutException("Kafka is away");
                },
                envelope -> List.of());

        var count = CompletableFuture.supplyAsync(desk::countSoon);
        await(begun);

        // Not refused: it gets as far as Kafka, which is away.
        assertThatThrownBy(() -> desk.message("01jdm5e9kq3x7v2b", Instant.EPOCH))
                .isInstanceOf(TimeoutException.class);
        assertThat(desk.countSoon()).isEmpty();
        goOn.countDown();
        assertThat(count.get()).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
