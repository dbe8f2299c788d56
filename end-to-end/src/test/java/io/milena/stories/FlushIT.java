package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.MilenaCommand;
import io.milena.stories.harness.Outcomes;
import io.milena.stories.harness.Platform;
import io.milena.stories.harness.Stage;
import io.milena.topics.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A host was away, and its mail would wait for hours: an operator who knows that it is back has the mail retried now.
 */
@Told
class FlushIT {
    @Test
    void mailThatWouldWaitForAnHourIsDeliveredNowAndOnce() throws Exception {
        try (var stage = Stage.open();
                var platform = stage.platform("flush")
                        .set("milena.retry.delays", "1h")
                        .set("milena.delivery.suspend.first", "1h")
                        .set("milena.delivery.suspend.max", "1h")
                        .start();
                var outcomes = Outcomes.of(platform)) {
            var mx = stage.exchangerFor("away.test");
            mx.stop();
            var recipients = List.of("a@away.test", "b@away.test", "c@away.test");
            var ids = new ArrayList<String>();
            for (var to : recipients) {
                ids.add(submit(platform, to));
                outcomes.await(ids.getLast(), to, Outcome.Type.DEFERRED);
            }
            stage.exchangerFor("busy.test");
            var other = submit(platform, "451-once@busy.test");
            outcomes.await(other, "451-once@busy.test", Outcome.Type.DEFERRED);
            mx.start();

            assertThat(milena(platform, "flush", "away.test", "--reason", "they are back"))
                    .contains("Mail that waits with domain=away.test is tried now");

            for (int i = 0; i < ids.size(); i++) {
                outcomes.await(ids.get(i), recipients.get(i), Outcome.Type.DELIVERED);
            }
            assertThat(outcomes.of(other, "451-once@busy.test")).hasSize(1);

            platform.terminate();
            platform.start();
            platform.api()
                    .request()
                    .body(Map.of("message", other))
                    .post("/v1/flushes")
                    .then()
                    .statusCode(202);

            try (var after = Outcomes.of(platform)) {
                after.await(other, "451-once@busy.test", Outcome.Type.DELIVERED);
            }
            assertThat(mx.received()).hasSize(recipients.size());
        }
    }

    private static String submit(Platform platform, String to) throws Exception {
        return platform.submit("app@sender.test", List.of(to), Content.of("app@sender.test", to, "Again", "Text.\n"));
    }

    private static String milena(Platform platform, String... arguments) throws Exception {
        var said = MilenaCommand.milena(platform, arguments);
        assertThat(said.code()).as(said.out()).isZero();
        return said.out();
    }
}
