package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Story;
import io.milena.topics.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transient refusal, at any stage, is a deferral; the next attempt delivers. */
@Told
class DeferredThenDeliveredIT {

    @ParameterizedTest
    @ValueSource(strings = {"451-once", "450-data-once", "452-dot-once", "drop-in-data-once", "drop-after-dot-once"})
    void theSecondAttemptDelivers(String script, Story story) throws IOException {
        var domain = script + ".deferred.test";
        var recipient = script + "@" + domain;
        var mx = story.stage().exchangerFor(domain);
        var content = Content.of("app@sender.test", recipient, "Again", "Text.\n");

        var id = story.platform().submit("app@sender.test", List.of(recipient), content);

        assertThat(mx.awaitMailFor(recipient).body()).isEqualTo(Content.body(content));
        story.outcomes().await(id, recipient, Outcome.Type.DELIVERED);
        assertThat(story.outcomes().of(id, recipient))
                .extracting(Outcome::type)
                .containsExactly(Outcome.Type.DEFERRED, Outcome.Type.DELIVERED);
        var deferral = story.outcomes().of(id, recipient).getFirst();
        assertThat(deferral.status()).startsWith("4.");
        assertThat(deferral.retryAt()).isPresent();
        assertThat(mx.receivedFor(recipient)).hasSize(1);
    }

    @Test
    void onlyTheRecipientThatWasDeferredIsTriedAgain(Story story) throws IOException {
        var mx = story.stage().exchangerFor("some.deferred.test");
        var content = Content.of("app@sender.test", "both@some.deferred.test", "Again", "Text.\n");

        var id = story.platform()
                .submit("app@sender.test", List.of("451-twice@some.deferred.test", "fine@some.deferred.test"), content);

        assertThat(mx.awaitMailFor("fine@some.deferred.test").forwardPaths())
                .containsExactly("fine@some.deferred.test");
        assertThat(mx.awaitMailFor("451-twice@some.deferred.test").forwardPaths())
                .containsExactly("451-twice@some.deferred.test");
        assertThat(story.outcomes()
                        .await(id, "451-twice@some.deferred.test", Outcome.Type.DELIVERED)
                        .attempt())
                .isEqualTo(3);
        assertThat(mx.attempts("fine@some.deferred.test")).isEqualTo(1);
    }
}
