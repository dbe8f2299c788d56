package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Outcomes;
import io.milena.stories.harness.Stage;
import io.milena.topics.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All parts are stopped in order while mail waits, and started again: the mail is delivered once. */
@Told
class RestartIT {
    private static final int MESSAGES = 20;

    @Test
    void mailThatWaitsOutlivesARestartOfEverything() throws IOException {
        try (var stage = Stage.open();
                var platform = stage.platform("restart").start()) {
            var credentials = platform.credentials();
            var mx = stage.exchangerFor("asleep.test");
            mx.stop();
            var large = "A line of a body that is too large for one record.\r\n".repeat(20_000);
            var ids = new ArrayList<String>();
            try (var client = platform.client();
                    var outcomes = Outcomes.of(platform)) {
                for (int i = 0; i < MESSAGES; i++) {
                    var to = "r" + i + "@asleep.test";
                    ids.add(client.send("app@sender.test", List.of(to), content(to, "short\n"))
                            .queueId());
                }
                client.send("app@sender.test", List.of("large@asleep.test"), content("large@asleep.test", large))
                        .queueId();
                outcomes.await(ids.getFirst(), "r0@asleep.test", Outcome.Type.DEFERRED);
            }

            platform.terminate();
            mx.start();
            platform.start();

            assertThat(platform.credentials())
                    .as("credentials are those of the first start")
                    .isEqualTo(credentials);
            for (int i = 0; i < MESSAGES; i++) {
                mx.awaitMailFor("r" + i + "@asleep.test");
            }
            var arrived = mx.awaitMailFor("large@asleep.test").body();
            assertThat(Arrays.mismatch(arrived, Content.body(content("large@asleep.test", large))))
                    .isEqualTo(-1);
            try (var outcomes = Outcomes.of(platform)) {
                for (int i = 0; i < MESSAGES; i++) {
                    outcomes.await(ids.get(i), "r" + i + "@asleep.test", Outcome.Type.DELIVERED);
                }
            }
            assertThat(mx.received())
                    .as("nothing was in flight, so nothing comes twice")
                    .hasSize(MESSAGES + 1);
            try (var client = platform.client()) {
                client.send("app@sender.test", List.of("new@asleep.test"), content("new@asleep.test", "new\n"))
                        .queueId();
            }
            mx.awaitMailFor("new@asleep.test");
        }
    }

    private static byte[] content(String to, String body) {
        return Content.of("app@sender.test", to, "Waiting", body.replace("\r\n", "\n"));
    }
}
