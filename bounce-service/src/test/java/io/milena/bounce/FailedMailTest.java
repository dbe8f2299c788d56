package io.milena.bounce;

import static io.milena.bounce.Mails.failed;
import static io.milena.bounce.Mails.mail;
import static io.milena.bounce.Mails.read;
import static io.milena.bounce.Mails.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.topics.Envelope.DeliverBy;
import io.milena.topics.Failure;
import io.milena.topics.MalformedRecordException;
import io.milena.topics.Outcome;
import io.milena.topics.Recipient;
import io.milena.topics.RecordSize;
import io.milena.topics.Topics;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.TransferLoop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class FailedMailTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private int largest = KafkaClients.LARGEST_REQUEST;
    private final FailedMail duty = new FailedMail(
            new DsnWriter("mail.example.org", Duration.ofHours(72)),
            record -> RecordSize.octets(record) <= largest,
            meters.counter("dsns"),
            meters.counter("suppressed"));

    @Test
    void aReportGoesToTheSendersDomain() {
        var handled = handle(mail("Alice@Example.COM", Mails.HEADER, "", Recipient.of("bob@example.net"))
                .failed(new Failure(List.of(refused("bob@example.net")))));

        assertThat(handled.records()).singleElement().satisfies(record -> {
            assertThat(record.topic()).isEqualTo(Topics.OUTBOUND);
            assertThat(Mails.text(record.key())).isEqualTo("example.com");
        });
        handled.committed().run();
        assertThat(meters.counter("dsns").count()).isOne();
    }

    @Test
    void aFailureOfWhichNoServerSpokeIsReportedInOurWords() {
        var handled = handle(mail("alice@example.com", Mails.HEADER, "", Recipient.of("bob@example.net"))
                .failed(new Failure(List.of(failed(
                        "bob@example.net",
                        Outcome.Type.EXPIRED,
                        "4.4.7",
                        Optional.empty(),
                        "No server answered.",
                        Optional.empty())))));

        assertThat(Mails.text(handled.records().getFirst().value()))
                .contains("Diagnostic-Code: x-milena; No server answered.")
                .doesNotContain("Remote-MTA");
    }

    @Test
    void mailWithoutASenderIsNeverReported() {
        var handled = handle(mail("", Mails.HEADER, "", Recipient.of("bob@example.net"))
                .failed(new Failure(List.of(refused("bob@example.net")))));

        assertThat(handled.records()).isEmpty();
        handled.committed().run();
        assertThat(meters.counter("suppressed").count()).isOne();
    }

    @Test
    void onlyRecipientsForWhomOneIsWantedAreReported() {
        var handled = handle(mail(
                        "alice@example.com",
                        Mails.HEADER,
                        "",
                        new Recipient("never@example.net", Optional.empty(), Set.of("NEVER")),
                        new Recipient("success@example.net", Optional.empty(), Set.of("SUCCESS", "DELAY")),
                        new Recipient("failure@example.net", Optional.empty(), Set.of("FAILURE")),
                        Recipient.of("cancelled@example.net"))
                .failed(new Failure(List.of(
                        refused("never@example.net"),
                        refused("success@example.net"),
                        refused("failure@example.net"),
                        failed(
                                "cancelled@example.net",
                                Outcome.Type.CANCELLED,
                                "5.0.0",
                                Optional.empty(),
                                "Cancelled by its sender.",
                                Optional.empty())))));

        assertThat(DeliveryReport.failedRecipients(handled.records().getFirst().value()))
                .extracting(DeliveryReport.FailedRecipient::address)
                .containsExactly("failure@example.net");
    }

    @Test
    void delayAndSuccessAreReportedToThoseWhoAskEachInAReportOfItsOwn() {
        var handled = handle(mail(
                        "alice@example.com",
                        Mails.HEADER,
                        "",
                        Recipient.of("waits@example.net"),
                        new Recipient("waits-unasked@example.net", Optional.empty(), Set.of("FAILURE", "SUCCESS")),
                        new Recipient("taken@example.net", Optional.empty(), Set.of("SUCCESS")),
                        Recipient.of("taken-unasked@example.net"),
                        Recipient.of("refused@example.net"))
                .failed(new Failure(List.of(
                        told("waits@example.net", Outcome.Type.DEFERRED, "4.2.2"),
                        told("waits-unasked@example.net", Outcome.Type.DEFERRED, "4.2.2"),
                        told("taken@example.net", Outcome.Type.DELIVERED, "2.0.0"),
                        told("taken-unasked@example.net", Outcome.Type.DELIVERED, "2.0.0"),
                        refused("refused@example.net")))));

        assertThat(handled.records())
                .extracting(record -> Mails.text(record.value()))
                .satisfiesExactly(
                        failed -> assertThat(failed)
                                .contains("Action: failed")
                                .contains("refused@example.net")
                                .doesNotContain("waits", "taken"),
                        delayed -> assertThat(delayed)
                                .contains("Action: delayed")
                                .contains("waits@example.net")
                                .doesNotContain("unasked", "taken", "refused"),
                        relayed -> assertThat(relayed)
                                .contains("Action: relayed")
                                .contains("taken@example.net")
                                .doesNotContain("unasked", "waits", "refused"));
    }

    /** RFC 2852 §4.1.4. */
    @Test
    void thatMailWithADeadlineWasPassedOnIsToldToWhoeverHasNotForbiddenIt() {
        var mail = Mails.within(
                DeliverBy.Mode.NOTIFY,
                Recipient.of("silent@example.net"),
                new Recipient("never@example.net", Optional.empty(), Set.of("NEVER")));
        var handled = handle(mail.failed(new Failure(List.of(
                told("silent@example.net", Outcome.Type.DELIVERED, "2.0.0"),
                told("never@example.net", Outcome.Type.DELIVERED, "2.0.0")))));

        assertThat(handled.records())
                .singleElement()
                .satisfies(record -> assertThat(Mails.text(record.value()))
                        .contains("Action: relayed", "silent@example.net")
                        .doesNotContain("never@"));
    }

    private static Failure.Entry told(String recipient, Outcome.Type type, String status) {
        return failed(recipient, type, status, Optional.empty(), "So it is.", Optional.empty());
    }

    @Test
    void manyRecipientsWithLongRepliesAreSpreadOverReportsThatFitARecord() {
        var addresses =
                IntStream.range(0, 120).mapToObj(i -> "r" + i + "@example.net").toList();
        var handled = handle(mail(
                        "alice@example.com",
                        Mails.HEADER.replace("\r\n\r\n", "\r\nX-Filler: " + "ü ".repeat(40_000) + "\r\n\r\n"),
                        "",
                        addresses.stream().map(Recipient::of).toArray(Recipient[]::new))
                .failed(new Failure(addresses.stream()
                        .map(address -> failed(
                                address,
                                Outcome.Type.BOUNCED,
                                "5.7.1",
                                Optional.of("550 " + "ü".repeat(3000)),
                                "ü".repeat(3000),
                                Optional.of("m".repeat(3000))))
                        .toList())));

        assertThat(handled.records())
                .hasSize(3)
                .allSatisfy(record -> assertThat(record.value().length).isLessThan(1_000_000));
        assertThat(handled.records().stream()
                        .flatMap(record -> DeliveryReport.failedRecipients(record.value()).stream())
                        .map(DeliveryReport.FailedRecipient::address))
                .isEqualTo(addresses);
    }

    @Test
    void whereTopicsTakeLessAReportGoesWithoutTheBodyAndOfFewerRecipients() {
        largest = 60_000;
        var addresses =
                IntStream.range(0, 50).mapToObj(i -> "r" + i + "@example.net").toList();
        var handled = handle(mail(
                        "alice@example.com",
                        false,
                        Optional.empty(),
                        Optional.of("FULL"),
                        Mails.HEADER,
                        "x".repeat(70) + "\r\n" + "y".repeat(100_000),
                        addresses.stream().map(Recipient::of).toArray(Recipient[]::new))
                .failed(new Failure(addresses.stream()
                        .map(address -> failed(
                                address,
                                Outcome.Type.BOUNCED,
                                "5.7.1",
                                Optional.of("550 " + "n".repeat(2000)),
                                "",
                                Optional.of("mx.example.net")))
                        .toList())));

        assertThat(handled.records())
                .hasSizeGreaterThan(1)
                .allSatisfy(record -> assertThat(RecordSize.octets(record)).isLessThanOrEqualTo(largest))
                .allSatisfy(record -> assertThat(Mails.text(record.value())).contains("text/rfc822-headers"));
        assertThat(handled.records().stream()
                        .flatMap(record -> DeliveryReport.failedRecipients(record.value()).stream())
                        .map(DeliveryReport.FailedRecipient::address))
                .isEqualTo(addresses);
    }

    @Test
    void aRecordThatLeavesARecipientsEndOutIsMalformed() {
        var record = mail("alice@example.com", Mails.HEADER, "", Recipient.of("bob@example.net"))
                .failed(new Failure(List.of(refused("carol@example.net"))));

        assertThatThrownBy(() -> handle(record)).isInstanceOf(MalformedRecordException.class);
    }

    @Test
    void aRecordWithoutEnvelopeIsMalformed() {
        var record = new ConsumerRecord<>(Topics.FAILED, 0, 0L, new byte[0], new byte[] {1, 2, 3});

        assertThatThrownBy(() -> duty.apply(record)).isInstanceOf(MalformedRecordException.class);
    }

    private TransferLoop.Move handle(ProducerRecord<byte[], byte[]> record) {
        return duty.apply(read(record));
    }
}
