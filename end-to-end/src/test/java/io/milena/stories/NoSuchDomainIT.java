package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Dsn;
import io.milena.stories.harness.Story;
import io.milena.topics.Outcome;
import jakarta.mail.MessagingException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** If DNS says that a domain has no host, mail fails at once and for good; if DNS itself fails, mail waits. */
@Told
class NoSuchDomainIT {

    @Test
    void aDomainThatTakesNoMailIsReportedAs5110(Story story) throws IOException, MessagingException {
        story.stage().dns().nullMx("null.test");
        assertReported(story, "reader@null.test", "sender.null-mx.test", "5.1.10");
    }

    @Test
    void aDomainThatDoesNotExistIsReportedAs512(Story story) throws IOException, MessagingException {
        assertReported(story, "reader@nowhere.test", "sender.nowhere-mx.test", "5.1.2");
    }

    @Test
    void aNameServerThatIsIllMakesMailWait(Story story) throws IOException {
        var mx = story.stage().exchangerFor("ill-dns.test");
        story.stage().dns().breakName("ill-dns.test");

        var id = story.platform()
                .submit(
                        "app@sender.test",
                        List.of("reader@ill-dns.test"),
                        Content.of("app@sender.test", "reader@ill-dns.test", "Wait", "Text.\n"));
        assertThat(story.outcomes()
                        .await(id, "reader@ill-dns.test", Outcome.Type.DEFERRED)
                        .status())
                .startsWith("4.4.");
        story.stage().dns().repair("ill-dns.test");

        mx.awaitMailFor("reader@ill-dns.test");
        story.outcomes().await(id, "reader@ill-dns.test", Outcome.Type.DELIVERED);
    }

    private static void assertReported(Story story, String recipient, String senderDomain, String status)
            throws IOException, MessagingException {
        var senders = story.stage().exchangerFor(senderDomain);
        var sender = "app@" + senderDomain;

        var id = story.platform()
                .submit(sender, List.of(recipient), Content.of(sender, recipient, "Where to", "Text.\n"));

        assertThat(story.outcomes().await(id, recipient, Outcome.Type.BOUNCED).status())
                .isEqualTo(status);
        var dsn = Dsn.of(senders.awaitMailFor(sender));
        assertThat(Dsn.field(dsn.of(recipient), "Status")).contains(status);
        assertThat(Dsn.field(dsn.of(recipient), "Action")).contains("failed");
        assertThat(Dsn.field(dsn.of(recipient), "Remote-MTA"))
                .as("no remote spoke")
                .isEmpty();
    }
}
