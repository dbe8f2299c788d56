package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Story;
import io.milena.topics.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An exchanger that does not serve is skipped within one attempt (RFC 5321 §5.1). */
@Told
class NextExchangerIT {

    @Test
    void aDeadExchangerIsPassedOver(Story story) throws IOException {
        story.stage().dns().mx("dead.test", 10, "first.dead.test").mx("dead.test", 20, "second.dead.test");
        story.stage().deadHost("first.dead.test");
        var second = story.stage().host("second.dead.test");

        deliveredAtFirstAttempt(story, "dead.test");

        assertThat(second.receivedFor("reader@dead.test")).hasSize(1);
    }

    @Test
    void aBusyExchangerIsPassedOver(Story story) throws IOException {
        story.stage().dns().mx("busy.test", 10, "first.busy.test").mx("busy.test", 20, "second.busy.test");
        story.stage().host("first.busy.test").greetWith("421 4.3.2 too busy");
        var second = story.stage().host("second.busy.test");

        deliveredAtFirstAttempt(story, "busy.test");

        assertThat(second.receivedFor("reader@busy.test")).hasSize(1);
    }

    @Test
    void theSecondAddressOfAnExchangerServesAsWell(Story story) throws IOException {
        story.stage().dns().mx("twofold.test", 10, "mx.twofold.test");
        story.stage().deadHost("mx.twofold.test");
        var alive = story.stage().host("mx.twofold.test");

        deliveredAtFirstAttempt(story, "twofold.test");

        assertThat(alive.receivedFor("reader@twofold.test")).hasSize(1);
    }

    @Test
    void aDomainWithoutMxIsItsOwnExchanger(Story story) throws IOException {
        var host = story.stage().host("implicit.test");

        deliveredAtFirstAttempt(story, "implicit.test");

        assertThat(host.receivedFor("reader@implicit.test")).hasSize(1);
    }

    private static void deliveredAtFirstAttempt(Story story, String domain) throws IOException {
        var recipient = "reader@" + domain;
        var id = story.platform()
                .submit(
                        "app@sender.test",
                        List.of(recipient),
                        Content.of("app@sender.test", recipient, "Hello", "Text.\n"));
        assertThat(story.outcomes().await(id, recipient, Outcome.Type.DELIVERED).attempt())
                .isEqualTo(1);
    }
}
