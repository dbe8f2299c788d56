package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Story;
import io.milena.topics.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One message for several domains: accepted as a whole, fanned out, one transaction for each domain. */
@Told
class SeveralDomainsIT {

    @Test
    void eachDomainGetsOneCopyForItsOwnRecipients(Story story) throws IOException {
        var one = story.stage().exchangerFor("one.fan.test");
        var two = story.stage().exchangerFor("two.fan.test");
        var three = story.stage().exchangerFor("three.fan.test");
        var all = List.of("a@one.fan.test", "b@one.fan.test", "c@two.fan.test", "d@Three.Fan.Test");
        var content = Content.of("app@sender.test", "everybody@fan.test", "To all", "Text.\n");

        var id = story.platform().submit("app@sender.test", all, content);

        var mail = one.awaitMailFor("a@one.fan.test");
        assertThat(mail.forwardPaths()).containsExactlyInAnyOrder("a@one.fan.test", "b@one.fan.test");
        assertThat(mail.body()).isEqualTo(Content.body(content));
        assertThat(two.awaitMailFor("c@two.fan.test").forwardPaths()).containsExactly("c@two.fan.test");
        assertThat(three.awaitMailFor("d@three.fan.test").body()).isEqualTo(Content.body(content));
        for (var recipient : List.of("a@one.fan.test", "b@one.fan.test", "c@two.fan.test", "d@three.fan.test")) {
            story.outcomes().await(id, recipient, Outcome.Type.DELIVERED);
        }
        assertThat(one.received()).hasSize(1);
    }

    @Test
    void aDomainThatCannotBeReachedHoldsUpNoOther(Story story) throws IOException {
        var well = story.stage().exchangerFor("well.fan.test");
        story.stage().dns().mx("ill.fan.test", 10, "mx.ill.fan.test");
        story.stage().deadHost("mx.ill.fan.test");
        var content = Content.of("app@sender.test", "both@fan.test", "To both", "Text.\n");

        var id = story.platform().submit("app@sender.test", List.of("a@ill.fan.test", "b@well.fan.test"), content);

        well.awaitMailFor("b@well.fan.test");
        story.outcomes().await(id, "b@well.fan.test", Outcome.Type.DELIVERED);
        story.outcomes().await(id, "a@ill.fan.test", Outcome.Type.DEFERRED);
    }
}
