package io.milena.bounce;

import static io.milena.bounce.Mails.failed;
import static io.milena.bounce.Mails.mail;
import static io.milena.bounce.Mails.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.milena.mail.HeaderField;
import io.milena.topics.Envelope.DeliverBy;
import io.milena.topics.Failure;
import io.milena.topics.MailRecord;
import io.milena.topics.MalformedRecordException;
import io.milena.topics.Outcome;
import io.milena.topics.Recipient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reports are compared whole with {@code src/test/resources/dsn/NAME.eml}; what was written instead is left in {@code
 * target/dsn}.
 */
class DsnWriterTest {
    private final DsnWriter writer = new DsnWriter(
            "mail.example.org",
            Duration.ofHours(72),
            Clock.fixed(Mails.NOW, ZoneOffset.UTC),
            millis -> "0report000000001");

    @Test
    void anUnknownMailbox() throws IOException {
        var mail = mail("alice@example.com", Mails.HEADER, "See you.\r\n", Recipient.of("bob@example.net"));

        assertGolden("unknown-mailbox", write(mail, refused("bob@example.net")));
    }

    @Test
    void aReportIsAsUrgentAsItsMessage() {
        var mail = Mails.urgent(-7, Recipient.of("bob@example.net"));

        assertThat(write(mail, refused("bob@example.net")).envelope().wishes().priority())
                .isEqualTo(-7);
    }

    @Test
    void oneThatExpiredWithoutAWordFromAnyServer() throws IOException {
        var mail = mail("alice@example.com", Mails.HEADER, "See you.\r\n", Recipient.of("bob@example.net"));
        var expired = new Failure.Entry(
                "bob@example.net",
                Outcome.Type.EXPIRED,
                "4.4.7",
                Optional.empty(),
                "None of the domain's mail exchangers could be reached.",
                Optional.empty(),
                Mails.ACCEPTED.plus(Duration.ofHours(72)));

        assertGolden("expired", write(mail, expired));
    }

    @Test
    void severalRecipientsWithTheSendersDsnParametersAndTheWholeMessage() throws IOException {
        var mail = mail(
                "alice@example.com",
                false,
                Optional.of("order+2B42+0D+0AX-Injected:+20yes"),
                Optional.of("FULL"),
                Mails.HEADER,
                "Grüße\r\n.\r\n--=_milena_0report000000001\r\n",
                new Recipient("bob@example.net", Optional.of("rfc822;Bob+2BLunch@example.net"), Set.of("FAILURE")),
                Recipient.of("carol@example.net"),
                Recipient.of("dave@example.net"));

        assertGolden(
                "several-recipients-ret-full",
                write(
                        mail,
                        refused("bob@example.net"),
                        failed(
                                "carol@example.net",
                                Outcome.Type.BOUNCED,
                                "5.2.2",
                                Optional.of("552 5.2.2 mailbox full"),
                                "The recipient's server refused the message.",
                                Optional.of("mx2.example.net")),
                        failed(
                                "dave@example.net",
                                Outcome.Type.BOUNCED,
                                "5.1.10",
                                Optional.empty(),
                                "The domain example.net says that it takes no mail (null MX).",
                                Optional.empty())));
    }

    @Test
    void aReplyThatTheExplanationRepeatsIsToldOnce() throws IOException {
        var mail = mail("alice@example.com", Mails.HEADER, "", Recipient.of("bob@example.net"));

        assertGolden(
                "reply-once",
                write(
                        mail,
                        failed(
                                "bob@example.net",
                                Outcome.Type.BOUNCED,
                                "5.7.1",
                                Optional.of("554 5.7.1 not from you"),
                                "host 192.0.2.1 said: 554 5.7.1 not from you (in reply to end of DATA)",
                                Optional.of("192.0.2.1"))));
    }

    @Test
    void oneThatIsDelayedWithTheTimeUntilItIsTried() throws IOException {
        var mail = mail("alice@example.com", Mails.HEADER, "See you.\r\n", Recipient.of("bob@example.net"));
        var waiting = new Failure.Entry(
                "bob@example.net",
                Outcome.Type.DEFERRED,
                "4.2.2",
                Optional.of("452 4.2.2 mailbox full"),
                "host mx.example.net said: 452 4.2.2 mailbox full (in reply to RCPT)",
                Optional.of("mx.example.net"),
                Mails.ACCEPTED.plus(Duration.ofHours(4)));

        assertGolden("delayed", write(mail, waiting));
    }

    @Test
    void oneThatWasPassedOnComesWithItsHeaderOnlyWhateverRetSays() throws IOException {
        var mail = mail(
                "alice@example.com",
                false,
                Optional.empty(),
                Optional.of("FULL"),
                Mails.HEADER,
                "See you.\r\n",
                new Recipient("bob@example.net", Optional.empty(), Set.of("SUCCESS")));

        assertGolden(
                "relayed",
                write(
                        mail,
                        failed(
                                "bob@example.net",
                                Outcome.Type.DELIVERED,
                                "2.6.0",
                                Optional.of("250 2.6.0 queued as 4711"),
                                "it was passed on to mx.example.net, which will not report what becomes of it",
                                Optional.of("mx.example.net"))));
    }

    @Test
    void oneThatCameBackAtItsDeadline() throws IOException {
        var expired = new Failure.Entry(
                "bob@example.net",
                Outcome.Type.EXPIRED,
                "5.4.7",
                Optional.empty(),
                "None of the domain's mail exchangers could be reached.",
                Optional.empty(),
                Mails.ACCEPTED.plus(Duration.ofHours(1)));

        assertGolden(
                "returned-at-deadline",
                write(Mails.within(DeliverBy.Mode.RETURN, Recipient.of("bob@example.net")), expired));
    }

    @Test
    void aDeadlineDoesNotEndTheAttemptsOfMailThatIsNotToComeBack() {
        var mail = Mails.within(DeliverBy.Mode.NOTIFY, Recipient.of("bob@example.net"));
        var waiting = failed(
                "bob@example.net", Outcome.Type.DEFERRED, "4.4.7", Optional.empty(), "It waits.", Optional.empty());

        assertThat(Mails.text(write(mail, waiting).content()))
                .contains("Deliver-By-Date: Tue, 24 Nov 2026 06:00:00 +0000\r\n")
                .contains("Will-Retry-Until: Fri, 27 Nov 2026 05:00:00 +0000\r\n")
                .contains("Status: 4.4.7\r\n");
    }

    @Test
    void aStatusIsOfTheClassThatItsActionHas() {
        var mail = mail("alice@example.com", Mails.HEADER, "", Recipient.of("bob@example.net"));

        assertThat(status(mail, Outcome.Type.BOUNCED, "2.0.0")).isEqualTo("5.0.0");
        assertThat(status(mail, Outcome.Type.EXPIRED, "4.4.7")).isEqualTo("4.4.7");
        assertThat(status(mail, Outcome.Type.DEFERRED, "5.3.0")).isEqualTo("4.0.0");
        assertThat(status(mail, Outcome.Type.DELIVERED, "5.3.0")).isEqualTo("2.0.0");
    }

    @Test
    void whoAskedForEncryptionIsToldThatItMayBeWhatWentWrong() {
        var mail = mail("alice@example.com", Mails.HEADER, "", Recipient.of("bob@example.net"));

        for (var status : List.of("5.7.10", "5.7.30")) {
            var why = failed(
                    "bob@example.net", Outcome.Type.BOUNCED, status, Optional.empty(), "No TLS.", Optional.empty());
            assertThat(Mails.text(write(mail, why).content())).contains("(REQUIRETLS)");
        }
        var demanded = failed(
                "bob@example.net",
                Outcome.Type.BOUNCED,
                "5.7.10",
                Optional.of("550 5.7.10 encryption needed"),
                "",
                Optional.empty());
        assertThat(Mails.text(write(mail, demanded).content())).doesNotContain("(REQUIRETLS)");
    }

    /** RFC 3461 §6.3. */
    @Test
    void aHostWithoutAFullNameDoesNotSayThatItIsInDns() {
        var mail = mail("alice@example.com", Mails.HEADER, "", Recipient.of("bob@example.net"));
        var reported =
                List.of(new ReportedRecipient(mail.envelope().recipients().getFirst(), refused("bob@example.net")));

        assertThat(Mails.text(new DsnWriter("localhost", Duration.ofHours(72))
                        .write(mail, reported)
                        .content()))
                .contains("Reporting-MTA: x-local-hostname; localhost\r\n");
    }

    private String status(MailRecord mail, Outcome.Type type, String status) {
        var dsn =
                Mails.text(write(mail, failed("bob@example.net", type, status, Optional.empty(), "", Optional.empty()))
                        .content());
        int start = dsn.indexOf("\r\nStatus: ") + "\r\nStatus: ".length();
        return dsn.substring(start, dsn.indexOf('\r', start));
    }

    @Test
    void internationalAddresses() throws IOException {
        var mail = mail(
                "ålice@example.com",
                true,
                Optional.empty(),
                Optional.empty(),
                Mails.HEADER.replace("To: bob", "To: böb"),
                "",
                Recipient.of("böb@example.net"));
        var dsn = write(mail, refused("böb@example.net"));

        assertThat(dsn.envelope().content().smtpUtf8()).isTrue();
        assertGolden("international", dsn);
    }

    @Test
    void anInternationalRecipientOfASenderInAsciiNeedsNoSmtpUtf8() {
        var mail = mail(
                "alice@example.com",
                true,
                Optional.empty(),
                Optional.empty(),
                Mails.HEADER,
                "",
                Recipient.of("böb@example.net"));
        var dsn = write(mail, refused("böb@example.net"));

        assertThat(dsn.envelope().content().smtpUtf8()).isFalse();
        assertThat(Mails.text(dsn.content())).contains("Final-Recipient: utf-8; böb@example.net\r\n");
    }

    @Test
    void nothingInAHostileMessageOrReplyBecomesAFieldOrALineOfTheReport() throws IOException {
        var hostile = """
                From: a
                Message-ID: <x@y>\rBcc: victim@example.com
                Subject: a\rX-One: 1\nX-Two: 2\0 ü
                X-Long: %s

                """.formatted("x".repeat(1200)).replace("\n", "\r\n").replace("1\r\nX-Two", "1\nX-Two");
        var mail = mail("alice@example.com", hostile, "", Recipient.of("bob@example.net"));
        var dsn = write(
                mail,
                failed(
                        "bob@example.net",
                        Outcome.Type.BOUNCED,
                        "5.1.1\r\nX-Three: 3",
                        Optional.of("550 no\r\n\r\n--=_milena_0report000000001--\r\nX-Four: 4\0\u0085ü"),
                        "Refused.\rX-Five: 5",
                        Optional.of("mx.example.net\r\nAction: delivered")));

        assertThat(dsn.content()).doesNotContain(0);
        assertThat(BodyPart.isSendable(dsn.content())).isTrue();
        assertThat(dsn.envelope().content().eightBit()).isFalse();
        assertGolden("hostile", dsn);
    }

    @Test
    void theEnvelopeIsThatOfMailWithoutASenderForTheSendersDomain() {
        var mail = mail("alice@Bücher.Example", Mails.HEADER, "", Recipient.of("bob@example.net"));
        var dsn = write(mail, refused("bob@example.net"));
        var envelope = dsn.envelope();

        assertThat(envelope.hasNullReversePath()).isTrue();
        assertThat(envelope.account()).isEmpty();
        assertThat(envelope.recipients()).containsExactly(Recipient.of("alice@xn--bcher-kva.example"));
        assertThat(envelope.expiresAt()).isEqualTo(Mails.NOW.plus(Duration.ofHours(72)));
        assertThat(envelope.content().fromDomain()).contains("mail.example.org");
        assertThat(envelope.content().size()).isEqualTo(dsn.content().length);
        var header = Mails.text(dsn.content()).substring(0, envelope.content().headerLength());
        assertThat(header).endsWith("\r\n\r\n").containsOnlyOnce("\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "@example.com", "alice@", "a\r\nBcc: x@example.com", "a\0@example.com", "a@-"})
    void aReversePathThatIsNoneIsRefused(String reversePath) {
        var mail = mail(reversePath, Mails.HEADER, "", Recipient.of("bob@example.net"));

        assertThatThrownBy(() -> write(mail, refused("bob@example.net"))).isInstanceOf(MalformedRecordException.class);
    }

    @Test
    void aWholeMessageThatMailCannotCarryComesBackAsItsHeader() {
        for (var body : List.of("a\0b\r\n", "a\nb\r\n", "a\r", "x".repeat(999), "x\r\n".repeat(100_000))) {
            var mail = mail(
                    "alice@example.com",
                    false,
                    Optional.empty(),
                    Optional.of("FULL"),
                    Mails.HEADER,
                    body,
                    Recipient.of("bob@example.net"));

            assertThat(Mails.text(write(mail, refused("bob@example.net")).content()))
                    .contains("Content-Type: text/rfc822-headers")
                    .doesNotContain("message/rfc822");
        }
    }

    @Test
    void aHugeHeaderSectionIsCutAfterALine() {
        var header = "X-Filler: 0123456789\r\n".repeat(20_000) + "\r\n";
        var mail = mail("alice@example.com", header, "", Recipient.of("bob@example.net"));

        var dsn = Mails.text(write(mail, refused("bob@example.net")).content());

        assertThat(dsn.length()).isLessThan(70_000);
        assertThat(dsn).containsPattern("X-Filler: 0123456789\r\n\r\n--");
    }

    @Test
    void whatAReportSaysCanBeReadBack() {
        var mail = mail("alice@example.com", Mails.HEADER, "", Recipient.of("bob@example.net"));

        assertThat(DeliveryReport.failedRecipients(
                        write(mail, refused("bob@example.net")).content()))
                .containsExactly(new DeliveryReport.FailedRecipient(
                        "bob@example.net",
                        Optional.of("bob@example.net"),
                        "5.1.1",
                        Optional.of("550 5.1.1 <bob@example.net>: no such mailbox here"),
                        Optional.of("mx.example.net")));
    }

    private MailRecord write(MailRecord mail, Failure.Entry... failures) {
        var reported = new ArrayList<ReportedRecipient>();
        for (int i = 0; i < failures.length; i++) {
            reported.add(new ReportedRecipient(mail.envelope().recipients().get(i), failures[i]));
        }
        return writer.write(mail, reported);
    }

    private static void assertGolden(String name, MailRecord dsn) throws IOException {
        assertThat(BodyPart.isSendable(dsn.content())).isTrue();
        assertThat(HeaderField.parse(dsn.content(), dsn.envelope().content().headerLength()))
                .extracting(HeaderField::name)
                .doesNotHaveDuplicates()
                .contains("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version");
        var written = Mails.text(dsn.content()).replace("\r\n", "\n");
        Files.createDirectories(Path.of("target/dsn"));
        Files.writeString(Path.of("target/dsn", name + ".eml"), written);
        try (var golden = DsnWriterTest.class.getResourceAsStream("/dsn/" + name + ".eml")) {
            assertThat(golden).as("dsn/%s.eml", name).isNotNull();
            assertThat(written).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
