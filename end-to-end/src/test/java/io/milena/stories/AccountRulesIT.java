package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.milena.stories.harness.Answer;
import io.milena.stories.harness.Content;
import io.milena.stories.harness.SmtpClient;
import io.milena.stories.harness.Story;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules that an administrator sets on an account apply to its mail: limits, and allowed senders. */
@Told
class AccountRulesIT {
    @Test
    void aDaysMessagesAreAsManyAsTheLimitSays(Story story) throws IOException {
        story.stage().exchangerFor("limits.test");
        var account = story.platform().api().createAccount("Five a day").id();
        change(story, account, "{\"limits\":{\"messagesPerDay\":5}}");
        var key = story.platform().api().createApiKey(account);
        awaitRule(story, account);

        var answers = new ArrayList<String>();
        for (int session = 0; session < 3; session++) {
            try (var client = story.platform().client(key.username(), key.secret())) {
                for (int i = 0; i < 3; i++) {
                    answers.add(send(client, "app@sender.test").text());
                    client.command("RSET");
                }
            }
        }

        assertThat(answers.subList(0, 5)).allMatch(text -> text.startsWith("2.0.0 Ok: queued as"));
        assertThat(answers.subList(5, 9)).allMatch(text -> text.endsWith("[messages-per-day]"));
        change(story, account, "{\"limits\":{}}");
        await().until(() -> {
            try (var client = story.platform().client(key.username(), key.secret())) {
                return send(client, "app@sender.test").code() == 250;
            }
        });
    }

    @Test
    void whoIsFasterThanTheLimitIsSlowedDown(Story story) throws IOException {
        story.stage().exchangerFor("limits.test");
        var account = story.platform().api().createAccount("Two a second").id();
        change(story, account, "{\"limits\":{\"messagesPerSecond\":2}}");
        var key = story.platform().api().createApiKey(account);
        awaitRule(story, account);

        long begin = System.nanoTime();
        try (var client = story.platform().client(key.username(), key.secret())) {
            for (int i = 0; i < 7; i++) {
                assertThat(send(client, "app@sender.test").code()).isEqualTo(250);
            }
        }
        // The seventh cannot be admitted before three seconds have passed.
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(2_900));
    }

    @Test
    void aNewAccountSendsFromDomainsThatItHasVerified(Story story) throws IOException {
        story.stage().exchangerFor("limits.test");
        var api = story.platform().api();
        var account = api.createUsualAccount("Own domains").id();
        var key = api.createApiKey(account);

        try (var client = story.platform().client(key.username(), key.secret())) {
            assertThat(send(client, "app@own-rules.test").text()).endsWith("[sender-domain]");
        }
        api.createDomain(account, "own-rules.test");
        await().until(() -> {
            // A session ends after some refusals.
            try (var client = story.platform().client(key.username(), key.secret())) {
                return send(client, "app@own-rules.test").code() == 250;
            }
        });
    }

    private static void change(Story story, String account, String rules) {
        story.platform()
                .api()
                .request()
                .body(rules)
                .patch("/v1/accounts/{id}", account)
                .then()
                .statusCode(200);
    }

    /** Changes reach ingest in their order: when a later one has arrived, the rule has too. */
    private static void awaitRule(Story story, String account) throws IOException {
        var api = story.platform().api();
        var probe = api.createAccount("after " + account).id();
        var key = api.createApiKey(probe);
        try (var client = story.platform().client(key.username(), key.secret())) {
            api.setStatus(probe, "suspended");
            await().until(() -> {
                var code = client.command("MAIL FROM:<a@sender.test>").code();
                client.command("RSET");
                return code == 550;
            });
        }
    }

    private static Answer send(SmtpClient client, String from) throws IOException {
        var content = Content.of(from, "reader@limits.test", "Limits", "Text.\n");
        var sent = client.send(from, List.of("reader@limits.test"), content);
        return sent.mail().code() == 250 ? sent.end() : sent.mail();
    }
}
