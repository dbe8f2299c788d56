package io.milena.delivery.operator.letter;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.TestBroker;
import io.milena.delivery.operator.Letters;
import io.milena.topics.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Several replicas that are asked to replay one set of letters at once. */
class LetterDeskTest {
    @Test
    void ofSeveralReplicasOneReplaysALetterAndTheOthersLearnWhoItWas() throws Exception {
        try (var broker = TestBroker.fresh();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var clients = broker.clients();
            var letters = new Letters(clients);
            var ids = new ArrayList<LetterId>();
            for (int i = 0; i < 5; i++) {
                ids.add(letters.put(Topics.OUTBOUND, Letters.mail("mail" + i, "a@example.com"), "bug"));
            }
            var replicas = new ArrayList<Callable<Map<LetterId, Dealt>>>();
            for (var name : List.of("anna", "ben", "eve")) {
                replicas.add(() -> {
                    try (var index = new LetterIndex(clients)) {
                        var mark = new Mark(Mark.Action.REPLAYED, name, Instant.now(), Optional.empty());
                        return new LetterDesk(clients, index, outcome -> {}).deal(ids, mark);
                    }
                });
            }

            var results = new ArrayList<Map<LetterId, Dealt>>();
            for (var result : threads.invokeAll(replicas)) {
                results.add(result.get());
            }

            assertThat(letters.read(Topics.OUTBOUND, any -> true)).hasSize(5);
            assertThat(letters.read(Topics.DEALT_WITH, any -> true)).hasSize(5);
            for (var id : ids) {
                assertThat(results).extracting(result -> result.get(id)).haveExactly(1, done());
                assertThat(results)
                        .extracting(result -> result.get(id))
                        .filteredOn(result -> !(result instanceof Dealt.Done))
                        .allSatisfy(result ->
                                assertThat(result.refusal().orElseThrow()).startsWith("it was replayed by "));
            }
        }
    }

    private static org.assertj.core.api.Condition<Dealt> done() {
        return new org.assertj.core.api.Condition<>(result -> result instanceof Dealt.Done, "done");
    }
}
