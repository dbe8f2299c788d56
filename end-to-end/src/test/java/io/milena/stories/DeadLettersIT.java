package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.milena.stories.harness.Content;
import io.milena.stories.harness.MilenaCommand;
import io.milena.stories.harness.Story;
import io.milena.topics.ContentShape;
import io.milena.topics.DeadLetter;
import io.milena.topics.Envelope;
import io.milena.topics.MailRecord;
import io.milena.topics.Outcome;
import io.milena.topics.Recipient;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * A record that no service could handle is put aside; an operator examines it with {@code ./milena dead-letters} and
 * decides.
 */
@Told
class DeadLettersIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void whatIsNoMailIsPutAsideAndDiscarded(Story story) throws Exception {
        write(story, new ProducerRecord<>(Topics.OUTBOUND, octets("nowhere.test"), octets("This is no mail.\r\n")));

        var id = Awaitility.await("the letter").until(() -> letter(story, "no header envelope"), Optional::isPresent);

        var shown = milena(story, "show", id.orElseThrow());
        assertThat(shown.code()).isZero();
        assertThat(shown.out()).contains("reason", "no header envelope", "nowhere.test", "This is no mail.");
        assertThat(milena(story, "show", id.get(), "--raw").out()).isEqualTo("This is no mail.\r\n");
        assertThat(milena(story, "discard", id.get(), "--reason", "a story").code())
                .isZero();
        assertThat(letter(story, "no header envelope")).isEmpty();
        var again = milena(story, "discard", id.get(), "--reason", "a story");
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.out()).contains("it was discarded by ").contains(": a story");
        // The partition has gone on.
        story.stage().exchangerFor("after.test");
        var mail = story.platform()
                .submit(
                        "app@sender.test",
                        List.of("reader@after.test"),
                        Content.of("app@sender.test", "reader@after.test", "After", "Text.\n"));
        story.outcomes().await(mail, "reader@after.test", Outcome.Type.DELIVERED);
    }

    @Test
    void whatABugHasPutAsideIsReplayedAndDeliveredOnce(Story story) throws Exception {
        var exchanger = story.stage().exchangerFor("replayed.test");
        var content = Content.of("app@sender.test", "reader@replayed.test", "Replayed", "Text.\n");
        var mail = new MailRecord(envelope("replayedstory001", "reader@replayed.test", content), content)
                .to(Topics.OUTBOUND, "replayed.test");
        var read = new ConsumerRecord<>(Topics.OUTBOUND, 0, 12_345, mail.key(), mail.value());
        mail.headers().forEach(header -> read.headers().add(header));
        write(story, DeadLetter.of(read, new IllegalStateException("a bug since mended")));
        var id = Awaitility.await("the letter").until(() -> letter(story, "since mended"), Optional::isPresent);

        assertThat(milena(story, "replay", id.orElseThrow()).code()).isZero();
        assertThat(milena(story, "replay", id.get()).code()).isEqualTo(1);

        story.outcomes().await("replayedstory001", "reader@replayed.test", Outcome.Type.DELIVERED);
        assertThat(exchanger.receivedFor("reader@replayed.test")).hasSize(1);
    }

    /** The id of the letter with such a reason. */
    private static Optional<String> letter(Story story, String reason) throws Exception {
        var list = milena(story, "list", "--json", "--matching", reason);
        assertThat(list.code()).as(list.out()).isZero();
        return StreamSupport.stream(JSON.readTree(list.out()).path("items").spliterator(), false)
                .map(item -> item.path("id").asText())
                .findFirst();
    }

    private static MilenaCommand.Said milena(Story story, String... arguments) throws Exception {
        return MilenaCommand.milena(
                story.platform(),
                Stream.concat(Stream.of("dead-letters"), Stream.of(arguments)).toArray(String[]::new));
    }

    private static void write(Story story, ProducerRecord<byte[], byte[]> record) throws Exception {
        try (var producer = KafkaClients.of(story.platform().kafka(), Map.of()).producer(Map.of())) {
            producer.send(record).get();
        }
    }

    private static Envelope envelope(String id, String recipient, byte[] content) {
        var now = Instant.now();
        return Envelope.of(
                id,
                "",
                "app@sender.test",
                List.of(Recipient.of(recipient)),
                now,
                Duration.ofHours(1),
                ContentShape.plain(
                        new String(content, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4, content.length));
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
