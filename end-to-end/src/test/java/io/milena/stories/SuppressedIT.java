package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Dsn;
import io.milena.stories.harness.Story;
import io.milena.topics.Outcome;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Mail for an address on its account's suppression list is accepted and dropped, and its sender is told; other
 * recipients get theirs.
 */
@Told
class SuppressedIT {
    @Test
    void nothingIsSentToWhoIsSuppressedUntilThatIsLifted(Story story) throws IOException, MessagingException {
        var senders = story.stage().exchangerFor("sender.suppressed.test");
        var recipients = story.stage().exchangerFor("suppressed.test");
        var api = story.platform().api();
        var account = api.createAccount("Suppressor").id();
        var key = api.createApiKey(account);
        var suppression = "/v1/accounts/" + account + "/suppressions/Silent@suppressed.test";
        api.request().put(suppression).then().statusCode(204);
        var content = Content.of("app@sender.suppressed.test", "silent@suppressed.test", "News", "Text.\n");

        try (var client = story.platform().client(key.username(), key.secret())) {
            // The list reaches delivery a moment later.
            await().until(() -> {
                var id = client.send("app@sender.suppressed.test", List.of("silent@suppressed.test"), content)
                        .queueId();
                return story.outcomes().awaitEnd(id, "silent@suppressed.test").type() == Outcome.Type.DROPPED;
            });
            int before = recipients.receivedFor("silent@suppressed.test").size();
            var id = client.send(
                            "app@sender.suppressed.test",
                            List.of("silent@suppressed.test", "other@suppressed.test"),
                            content)
                    .queueId();

            assertThat(recipients.awaitMailFor("other@suppressed.test").forwardPaths())
                    .containsExactly("other@suppressed.test");
            var dropped = story.outcomes().await(id, "silent@suppressed.test", Outcome.Type.DROPPED);
            assertThat(dropped.status()).isEqualTo("5.7.1");
            story.outcomes().await(id, "other@suppressed.test", Outcome.Type.DELIVERED);
            assertThat(recipients.receivedFor("silent@suppressed.test")).hasSize(before);
            var dsn = Dsn.of(senders.awaitMailFor("app@sender.suppressed.test"));
            assertThat(dsn.text()).contains("silent@suppressed.test").contains("suppression list");

            api.request().delete(suppression).then().statusCode(204);
            await().until(() -> {
                var again = client.send("app@sender.suppressed.test", List.of("silent@suppressed.test"), content)
                        .queueId();
                return story.outcomes()
                                .awaitEnd(again, "silent@suppressed.test")
                                .type()
                        == Outcome.Type.DELIVERED;
            });
        }
    }
}
