package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;

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
                    Content.of(
                            "app@sender.test",
                            "someone@elsewhere.test",
                            "Seen in the postbox",
                            "One line that is easily found.\n"));

            var api = platform.api();
            var inbox = await().until(
                            () -> api.anonymous()
                                    .get("/inbox/api/messages")
                                    .then()
                                    .statusCode(200)
                                    .extract()
                                    .jsonPath(),
                            json -> !json.getList("messages").isEmpty());
            assertThat(inbox.getString("messages[0].subject")).isEqualTo("Seen in the postbox");
            assertThat(inbox.getString("messages[0].reversePath")).isEqualTo("app@sender.test");
            api.anonymous()
                    .get("/inbox/api/messages/{id}/source", inbox.getString("messages[0].id"))
                    .then()
                    .statusCode(200)
                    .body(containsString("One line that is easily found."));
            api.anonymous().get("/inbox").then().statusCode(200).contentType("text/html");
            assertThat(mx.connections()).isZero();
        }
    }
}
