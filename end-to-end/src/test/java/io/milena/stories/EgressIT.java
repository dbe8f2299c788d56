package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.ReceivedMail;
import io.milena.stories.harness.ScriptedMx;
import io.milena.stories.harness.Story;
import io.milena.topics.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Mail with a tag leaves from the tag's address and with its name; mail without one leaves as before. */
@Told
class EgressIT {
    @Test
    void aTagHasAnAddressOfItsOwn(Story story) throws IOException {
        var mx = story.stage().exchangerFor("egress.test");

        var tagged = submit(story, Optional.of("five"), "tagged@egress.test");
        var plain = submit(story, Optional.empty(), "plain@egress.test");

        assertThat(source(story, tagged, "tagged@egress.test")).contains("a5");
        assertThat(source(story, plain, "plain@egress.test")).isEmpty();
        assertThat(client(mx, "tagged@egress.test"))
                .isEqualTo(new ReceivedMail.Client("127.0.0.5", "mta5.milena.test"));
        assertThat(client(mx, "plain@egress.test").hostname()).isEqualTo("milena.test");
        assertThat(client(mx, "plain@egress.test").address()).isNotEqualTo("127.0.0.5");
    }

    @Test
    void aPoolSharesMailByWeight(Story story) throws IOException {
        var mx = story.stage().exchangerFor("egress-shares.test");

        assertThat(addresses(story, mx, "both", "egress-shares.test", 9)).isEqualTo("127.0.0.5=6 127.0.0.6=3");
    }

    @Test
    void whatIsOverAPlanGoesFromAWarmAddress(Story story) throws IOException {
        var mx = story.stage().exchangerFor("egress-warming.test");

        // Two an hour, one at a time: the next turn is half an hour away.
        assertThat(addresses(story, mx, "warming", "egress-warming.test", 4)).isEqualTo("127.0.0.6=3 127.0.0.7=1");
    }

    /** How many of the messages came from each address. */
    private static String addresses(Story story, ScriptedMx mx, String tag, String domain, int messages)
            throws IOException {
        var ids = new ArrayList<String>();
        for (int i = 0; i < messages; i++) {
            ids.add(submit(story, Optional.of(tag), i + "@" + domain));
        }
        for (int i = 0; i < messages; i++) {
            assertThat(source(story, ids.get(i), i + "@" + domain)).isPresent();
        }
        return mx.received().stream()
                .map(mail -> mail.client().address())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
                .entrySet()
                .stream()
                .map(Object::toString)
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private static Optional<String> source(Story story, String id, String recipient) {
        return story.outcomes()
                .await(id, recipient, Outcome.Type.DELIVERED)
                .connection()
                .source();
    }

    private static ReceivedMail.Client client(ScriptedMx mx, String recipient) {
        return mx.receivedFor(recipient).getFirst().client();
    }

    private static String submit(Story story, Optional<String> tag, String recipient) throws IOException {
        var content = new ByteArrayOutputStream();
        tag.ifPresent(
                name -> content.writeBytes(("X-Milena-Tag: " + name + "\r\n").getBytes(StandardCharsets.US_ASCII)));
        content.writeBytes(Content.of("app@sender.test", recipient, "Whence", "Text.\n"));
        return story.platform().submit("app@sender.test", List.of(recipient), content.toByteArray());
    }
}
