package io.milena.bounce;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.topics.BodyReference;
import io.milena.topics.ContentShape;
import io.milena.topics.Envelope;
import io.milena.topics.Json;
import io.milena.topics.MailRecord;
import io.milena.topics.Outcome;
import io.milena.topics.QueueId;
import io.milena.topics.Recipient;
import io.milena.topics.ReturnAddress;
import io.milena.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class ReturnedMailTest {
    private static final ReturnAddress ADDRESSES =
            new ReturnAddress("returns.example.org", "a secret of enough length", Duration.ofHours(72));
    private static final String ID = QueueId.next(Mails.ACCEPTED.toEpochMilli());
    private static final byte[] REPORT = new DsnWriter("mx.example.net", Duration.ofHours(72))
            .write(
                    Mails.mail("alice@example.com", Mails.HEADER, "", Recipient.of("bob@example.net")),
                    List.of(new ReportedRecipient(Recipient.of("bob@example.net"), Mails.refused("bob@example.net"))))
            .content();

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void aReportBecomesAnOutcomeOfTheOriginalMessage() {
        var handled = duty(Optional.empty())
                .apply(returned(REPORT, ADDRESSES.issue(ID, "acme1", "bob@example.net"), Optional.empty()));

        assertThat(handled.records()).singleElement().satisfies(record -> {
            assertThat(record.topic()).isEqualTo(Topics.OUTCOMES);
            assertThat(Mails.text(record.key())).isEqualTo(ID);
            assertThat(Json.read(record.value(), Outcome.class))
                    .isEqualTo(new Outcome(
                            Outcome.Type.BOUNCED,
                            ID,
                            "acme1",
                            "",
                            "bob@example.net",
                            Mails.NOW,
                            0,
                            "5.1.1",
                            Optional.of("550 5.1.1 <bob@example.net>: no such mailbox here"),
                            Outcome.Connection.to(Optional.of("mx.example.net")),
                            7000,
                            Optional.empty(),
                            false));
        });
    }

    /** A report as a remote writes it, or anybody else. */
    private static byte[] report(List<String> recipients) {
        return ("""
                        From: MAILER-DAEMON@mx.example.net
                        Subject: Undelivered
                        MIME-Version: 1.0
                        Content-Type: multipart/report; report-type=delivery-status; boundary=b

                        --b
                        Content-Type: message/delivery-status

                        Reporting-MTA: dns; mx.example.net

                        """
                        + recipients.stream()
                                .map(recipient ->
                                        "Final-Recipient: rfc822; " + recipient + "\nAction: failed\nStatus: 5.1.1\n\n")
                                .collect(Collectors.joining())
                        + "--b--\n")
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private List<String> recipientsTold(byte[] report, String address) {
        return duty(Optional.empty()).apply(returned(report, address, Optional.empty())).records().stream()
                .map(record -> Json.read(record.value(), Outcome.class).recipient())
                .toList();
    }

    @Test
    void aForgedReportOfThreeHundredRecipientsCountsForTheOneThatTheMessageHad() {
        var named = IntStream.range(0, 300)
                .mapToObj(i -> i % 100 == 50 ? "bob@example.net" : "customer" + i + "@bigcorp.example")
                .toList();

        assertThat(recipientsTold(report(named), ADDRESSES.issue(ID, "acme1", "bob@example.net")))
                .containsExactly("bob@example.net");
        assertThat(recipientsTold(report(named), ADDRESSES.issue(ID, "acme1", "carol@example.net")))
                .isEmpty();
    }

    @Test
    void anAddressForSeveralCountsForThoseThatTheMessageHad() {
        var named = List.of("carol@example.net", "customer@bigcorp.example", "bob@EXAMPLE.net", "carol@example.net");

        assertThat(recipientsTold(report(named), ADDRESSES.issue(ID, "acme1")))
                .as("of this version for several recipients, or of one before for any")
                .containsExactly("carol@example.net", "Bob@example.net");
        var another = QueueId.next(Mails.ACCEPTED.toEpochMilli());
        assertThat(recipientsTold(report(named), ADDRESSES.issue(another, "acme1")))
                .isEmpty();
    }

    @Test
    void anAddressExpires() {
        var old = QueueId.next(Mails.NOW.minus(Duration.ofDays(11)).toEpochMilli());

        assertThat(recipientsTold(REPORT, ADDRESSES.issue(old, "acme1", "bob@example.net")))
                .isEmpty();
    }

    @Test
    void letterCaseOfTheAddressDoesNotMatter() {
        var address = ADDRESSES.issue(ID, "acme1", "bob@example.net").toUpperCase(Locale.ROOT);

        assertThat(duty(Optional.empty())
                        .apply(returned(REPORT, address, Optional.empty()))
                        .records())
                .hasSize(1);
    }

    @Test
    void anAddressThatIsNotOursTellsNothing() {
        var address = ADDRESSES.issue(ID, "acme1", "bob@example.net").replace("acme1", "other");

        assertThat(duty(Optional.empty())
                        .apply(returned(REPORT, address, Optional.empty()))
                        .records())
                .isEmpty();
    }

    @Test
    void mailThatIsNoReportIsCountedAndDropped() {
        var vacation = Mails.HEADER.replace("Lunch", "Out of office").getBytes(StandardCharsets.UTF_8);
        var handled = duty(Optional.empty())
                .apply(returned(vacation, ADDRESSES.issue(ID, "acme1", "bob@example.net"), Optional.empty()));

        assertThat(handled.records()).isEmpty();
        handled.committed().run();
        assertThat(meters.counter("dropped").count()).isOne();
    }

    @Test
    void aLargeReportIsReadFromTheBodies() {
        int headerLength = Mails.text(REPORT).indexOf("\r\n\r\n") + 4;
        var reference = new BodyReference(0, List.of(3L, 4L));
        var body = Arrays.copyOfRange(REPORT, headerLength, REPORT.length);
        var record = returned(
                Arrays.copyOf(REPORT, headerLength),
                ADDRESSES.issue(ID, "acme1", "bob@example.net"),
                Optional.of(reference));

        assertThat(duty(Optional.of(body)).apply(record).records()).hasSize(1);
        assertThat(duty(Optional.empty()).apply(record).records()).isEmpty();
    }

    private ReturnedMail duty(Optional<byte[]> body) {
        return new ReturnedMail(
                Optional.of(ADDRESSES),
                reference -> body,
                id -> id.equals(ID) ? Set.of("Bob@example.net", "carol@example.net") : Set.of(),
                Clock.fixed(Mails.NOW, ZoneOffset.UTC),
                meters.counter("returned"),
                meters.counter("dropped"));
    }

    private static ConsumerRecord<byte[], byte[]> returned(
            byte[] content, String address, Optional<BodyReference> body) {
        return Mails.read(record(content, address, body).to(Topics.RETURNED, address));
    }

    static MailRecord record(byte[] content, String address, Optional<BodyReference> body) {
        int headerLength = Mails.text(content).indexOf("\r\n\r\n") + 4;
        return new MailRecord(
                Envelope.ofPlatform(
                        "0returned0000001",
                        address,
                        Mails.NOW,
                        Duration.ofHours(1),
                        ContentShape.plain(headerLength, content.length).withBody(body)),
                content);
    }
}
