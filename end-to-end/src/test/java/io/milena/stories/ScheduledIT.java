package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Story;
import io.milena.topics.Outcome;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Mail that its sender scheduled (FUTURERELEASE, RFC 4865) waits in the delay tiers, without an attempt before its
 * time.
 */
@Told
class ScheduledIT {
    @Test
    void mailGoesAtItsTimeToEachDomain(Story story) throws IOException {
        var recipients = List.of("later@one.scheduled.test", "later@two.scheduled.test");
        var exchangers = List.of(
                story.stage().exchangerFor("one.scheduled.test"), story.stage().exchangerFor("two.scheduled.test"));
        var content = Content.of("app@sender.test", recipients.getFirst(), "Later", "Text.\n");

        Instant submitted = Instant.now();
        String id;
        try (var client = story.platform().client()) {
            var rcpts = recipients.stream().map(to -> "RCPT TO:<" + to + ">").toList();
            id = client.sendWith("MAIL FROM:<app@sender.test> HOLDFOR=4", rcpts, content)
                    .queueId();
        }

        for (int i = 0; i < 2; i++) {
            var mail = exchangers.get(i).awaitMailFor(recipients.get(i));
            assertThat(mail.at()).isAfterOrEqualTo(submitted.plusSeconds(4));
            var outcome = story.outcomes().await(id, recipients.get(i), Outcome.Type.DELIVERED);
            assertThat(outcome.attempt()).isEqualTo(1);
            assertThat(story.outcomes().of(id, recipients.get(i))).hasSize(1);
        }
    }
}
