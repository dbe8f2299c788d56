package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Stage;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Without {@code --live} nothing leaves the machine: a newcomer sees all mail in the postbox. */
@Told
class PostboxIT {

    @Test
    void mailForAnyoneIsSeenInTheInbox() throws IOException {
        try (var stage = Stage.open();
                var platform = stage.platform("postbox").toPostbox().start()) {
            var mx = stage.exchangerFor("elsewhere.test");
            platform.submit(
                    "app@sender.test",
                    List.of("someone@elsewhere.test"),
                    Content.of("app@sender.test", "someone@elsewhere.test", "Seen in the postbox", "Text.\n"));

            await().untilAsserted(() -> assertThat(platform.api()
                            .anonymous()
                            .get("/inbox")
                            .then()
                            .statusCode(200)
                            .extract()
                            .asString())
                    .contains("Seen in the postbox"));
            assertThat(mx.connections()).isZero();
        }
    }
}
