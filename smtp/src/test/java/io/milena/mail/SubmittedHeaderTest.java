package io.milena.mail;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.smtp.Mailbox;
import io.milena.smtp.Parsed;
import io.milena.smtp.Replies;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmittedHeaderTest {
    private static final Instant NOW = Instant.parse("2026-11-03T08:05:09Z");

    private static Trace trace(boolean extended, boolean tls, boolean authenticated, boolean utf8) {
        return new Trace(
                "client.example",
                "2001:db8::1",
                extended,
                tls ? Optional.of("TLSv1.3 X") : Optional.empty(),
                authenticated,
                utf8,
                "mx.test",
                "id1",
                OptionalInt.empty());
    }

    private static String edited(String fields) {
        return edited(fields, Optional.empty());
    }

    private static String edited(String fields, Optional<Mailbox> sender) {
        var octets = fields.getBytes(StandardCharsets.ISO_8859_1);
        return switch (SubmittedHeader.edit(
                HeaderField.parse(octets, octets.length), sender, trace(true, true, true, false), NOW)) {
            case Parsed.Good<SubmittedHeader>(var header) -> new String(header.octets(), StandardCharsets.ISO_8859_1);
            case Parsed.Bad<SubmittedHeader>(var reply) -> reply.toString();
        };
    }

    @Test
    void traceIsInFrontAndWhatIsMissingIsAdded() {
        assertThat(edited("Subject: x\r\n")).isEqualTo("""
                        Received: from client.example ([IPv6:2001:db8::1])\r
                        \tby mx.test with ESMTPSA (TLSv1.3 X) id id1;\r
                        \tTue, 3 Nov 2026 08:05:09 +0000\r
                        Message-ID: <id1@mx.test>\r
                        Date: Tue, 3 Nov 2026 08:05:09 +0000\r
                        Subject: x\r
                        \r
                        """);
    }

    @Test
    void bccAndReturnPathGoWithTheirFolds() {
        assertThat(
                        edited(
                                "BCC: a@b,\r\n c@d\r\nSubject: x\r\n y\r\nReturn-Path: <z>\r\nResent-Bcc: q\r\nDate: 3 Nov 26 08:05 GMT\r\nmessage-id: <m@x>\r\n"))
                .endsWith("+0000\r\nSubject: x\r\n y\r\nDate: 3 Nov 26 08:05 GMT\r\nmessage-id: <m@x>\r\n\r\n")
                .doesNotContain("BCC", "c@d", "Return-Path", "Resent");
    }

    @Test
    void ourOwnFieldIsReadAndStaysHere() {
        var octets = "X-milena-PRIORITY: bulk\r\n (or so)\r\nSubject: x\r\nX-Milena-Priority: \r\n"
                .getBytes(StandardCharsets.ISO_8859_1);
        var edited = SubmittedHeader.edit(
                HeaderField.parse(octets, octets.length), Optional.empty(), trace(true, true, true, false), NOW);

        assertThat(edited)
                .isInstanceOfSatisfying(
                        Parsed.Good.class,
                        good -> assertThat(((SubmittedHeader) good.value()).priority())
                                .containsExactly("bulk (or so)", ""));
        assertThat(edited(new String(octets, StandardCharsets.ISO_8859_1)))
                .endsWith("+0000\r\nSubject: x\r\n\r\n")
                .doesNotContainIgnoringCase("Priority");
    }

    @Test
    void noFieldForThePlatformLeavesIt() {
        assertThat(
                        edited(
                                "x-MILENA-tag:\r\n vip\r\nX-Milena-Anything : 1\r\n\tand 2\r\nX-Milena-: 3\r\nx-smtpapi: {\r\n }\r\nX-Milenium: 4\r\nDate: Tue, 3 Nov 2026 08:00:00 +0000\r\nMessage-ID: <m@x.test>\r\n"))
                .endsWith(
                        "+0000\r\nX-Milenium: 4\r\nDate: Tue, 3 Nov 2026 08:00:00 +0000\r\nMessage-ID: <m@x.test>\r\n\r\n");
    }

    @Test
    void everyTagIsRead() {
        var octets = "x-milena-tag:\r\n vip \r\nX-Milena-Tag: \r\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(SubmittedHeader.edit(
                        HeaderField.parse(octets, octets.length),
                        Optional.empty(),
                        trace(true, true, true, false),
                        NOW))
                .isInstanceOfSatisfying(
                        Parsed.Good.class,
                        good -> assertThat(((SubmittedHeader) good.value()).tags())
                                .containsExactly("vip", ""));
    }

    @Test
    void senderNamesWhoeverItIsToldToName() {
        var sender = Mailbox.parse("jiří@example.com");
        assertThat(edited("Sender: <forged@example.com>\r\nDate: 3 Nov 26 08:05 GMT\r\nMessage-ID: <m@x>\r\n", sender))
                .endsWith(
                        "+0000\r\nSender: ji\u00c5\u0099\u00c3\u00ad@example.com\r\nDate: 3 Nov 26 08:05 GMT\r\nMessage-ID: <m@x>\r\n\r\n");
    }

    @Test
    void aLoopIsRefused() {
        assertThat(edited("Received: x\r\n".repeat(50))).startsWith("Received: from client.example");
        assertThat(edited("Received: x\r\n".repeat(51))).isEqualTo(Replies.LOOP.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "false, false, false, false, SMTP",
        "true, false, false, false, ESMTP",
        "true, true, false, false, ESMTPS",
        "true, false, true, false, ESMTPA",
        "true, true, true, false, ESMTPSA",
        "true, true, true, true, UTF8SMTPSA",
        "true, false, false, true, UTF8SMTP",
    })
    void theProtocolIsNamedAsRegistered(
            boolean extended, boolean tls, boolean authenticated, boolean utf8, String name) {
        assertThat(trace(extended, tls, authenticated, utf8).protocol()).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "none",
            value = {
                "a@Example.com | example.com",
                "A <a@example.com> | example.com",
                "\"<x@wrong.example>\" <a@example.com> | example.com",
                "(x@wrong.example) a@example.com (more) | example.com",
                "x@wrong.example <a@example.com> | example.com",
                "a@one.example, b@two.example | one.example",
                "Team: a@one.example, b@two.example; | one.example",
                "<a@bücher.example> | xn--bcher-kva.example",
                "nobody | none",
                "<a@> | none",
                "undisclosed:; | none",
            })
    void theFromDomainIsThatOfTheFirstAddress(String value, String expected) {
        var octets = new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(AddressField.read(new HeaderField("From", "From: " + octets + "\r\n"))
                        .firstDomain())
                .isEqualTo(Optional.ofNullable(expected));
    }

    @Test
    void aDomainOfEndlessCombiningMarksIsNoneAtOnce() {
        var marks = "\u0315\u0323".repeat(60_000);
        var octets =
                new String(("From: a@" + marks + "\r\n").getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        // Normalized, it would take seconds: LinearTimeFuzzTest measures that.
        assertThat(AddressField.read(new HeaderField("From", octets)).firstDomain())
                .isEmpty();
    }

    @Test
    void resultsThatSpeakInOurNameAreTakenOut() {
        for (var ours : new String[] {
            "mx.test; dkim=pass",
            "MX.TEST 1; spf=pass",
            "(a)(b) mx.test(c); spf=pass",
            "\"mx.test\"; spf=pass",
            "(" + "x".repeat(2000) + ") mx.test; spf=pass",
            "(a (b) c) mx.test; spf=pass",
            "(\\)) mx.test; spf=pass",
            "(\\() mx.test; spf=pass",
            "\"mx.te\\st\"; spf=pass",
            "(mx.example; spf=pass",
            "()".repeat(100_000) + "mx.test; spf=pass"
        }) {
            assertThat(edited("Authentication-Results: " + ours + "\r\n")).doesNotContain("Authentication-Results");
        }
        for (var others : new String[] {
            "mx.test.example; dkim=pass",
            "x.mx.test; spf=pass",
            "other.test; x=mx.test",
            "(mx.test) other.test; spf=pass"
        }) {
            assertThat(edited("Authentication-Results: " + others + "\r\n")).contains(others);
        }
    }
}
