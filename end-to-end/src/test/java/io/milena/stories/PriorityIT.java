package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.milena.stories.harness.Api;
import io.milena.stories.harness.Content;
import io.milena.stories.harness.SmtpClient;
import io.milena.stories.harness.Story;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The priority of mail (RFC 6710): set by its sender or its account, passed on to hosts that support it, and kept in
 * reports about the mail.
 */
@Told
class PriorityIT {
    @Test
    void whatTheClientSaysGoesOnToAHostThatKnowsOfItAndToNoOther(Story story) throws IOException {
        var knows = story.stage().exchangerFor("knows.priority.test").offering("MT-PRIORITY");
        var ignorant = story.stage().exchangerFor("ignorant.priority.test");

        try (var client = story.platform().client()) {
            client.sendWith(
                            "MAIL FROM:<app@sender.test> MT-PRIORITY=3",
                            List.of("RCPT TO:<one@knows.priority.test>", "RCPT TO:<one@ignorant.priority.test>"),
                            Content.of("app@sender.test", "one@priority.test", "Urgent", "Text.\n"))
                    .queueId();
        }

        assertThat(knows.awaitMailFor("one@knows.priority.test").mailLine()).endsWith(" MT-PRIORITY=3");
        assertThat(ignorant.awaitMailFor("one@ignorant.priority.test").mailLine())
                .doesNotContain("PRIORITY");
    }

    @Test
    void ofAnAccountForBulkMailAllIsBulkAndSoAreReportsOnIt(Story story) throws IOException {
        var senders = story.stage().exchangerFor("sender.priority.test").offering("MT-PRIORITY");
        var mx = story.stage().exchangerFor("bulk.priority.test").offering("MT-PRIORITY");
        var api = story.platform().api();
        var account = api.createAccount("Newsletters").id();
        var key = api.createApiKey(account);
        api.request()
                .body("{\"priority\":\"bulk\"}")
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200);
        await().until(() -> send(story, key, "early@bulk.priority.test").startsWith("2.3.6 -4 "));

        assertThat(send(story, key, "one@bulk.priority.test")).startsWith("2.3.6 -4 ");
        assertThat(mx.awaitMailFor("one@bulk.priority.test").mailLine()).endsWith(" MT-PRIORITY=-4");
        assertThat(Content.header(mx.awaitMailFor("one@bulk.priority.test").content(), "X-Milena-Priority"))
                .isEmpty();

        send(story, key, "550@bulk.priority.test");
        assertThat(senders.awaitMailFor("app@sender.priority.test").mailLine())
                .startsWith("MAIL FROM:<> ")
                .endsWith(" MT-PRIORITY=-4");
    }

    private static String send(Story story, Api.Credential key, String to) throws IOException {
        try (SmtpClient client = story.platform().client(key.username(), key.secret())) {
            var content = "From: app@sender.priority.test\r\nX-Milena-Priority: transactional\r\nSubject: news\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII);
            return client.send("app@sender.priority.test", List.of(to), content)
                    .end()
                    .text();
        }
    }
}
