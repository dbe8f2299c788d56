package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.SmtpClient;
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
            // As with the defaults of most clients: no TLS on this machine.
            try (var client = SmtpClient.connect(platform.smtp())) {
                client.ehlo();
                var credentials = platform.credentials();
                assertThat(client.authPlain(credentials.username(), credentials.password())
                                .code())
                        .isEqualTo(235);
                var sent = client.send(
                        "app@sender.test",
                        List.of("waited-for@elsewhere.test"),
                        Content.of("app@sender.test", "waited-for@elsewhere.test", "Go on", "https://shop.test/go\n"));
                var found = api.anonymous()
                        .get("/inbox/api/messages?to=waited-for@elsewhere.test&wait=1m")
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath();
                api.anonymous()
                        .get("/inbox/api/messages/{id}", found.getString("messages[0].id"))
                        .then()
                        .statusCode(200)
                        .body("links", hasItem("https://shop.test/go"), "queueId", equalTo(sent.queueId()));
            }
            api.anonymous().get("/inbox").then().statusCode(200).contentType("text/html");
            assertThat(mx.connections()).isZero();
        }
    }
}
