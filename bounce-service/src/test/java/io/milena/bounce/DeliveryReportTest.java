package io.milena.bounce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.milena.bounce.DeliveryReport.FailedRecipient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DeliveryReportTest {
    private static final String GROUP = """
            Final-Recipient: rfc822; bob@example.net
            Action: failed
            Status: 5.1.1
            """;

    static Stream<Arguments> groups() {
        return Stream.of(
                arguments("as it should be", GROUP, List.of("bob@example.net 5.1.1")),
                arguments(
                        "the original recipient before the final one",
                        "Original-Recipient: rfc822;Bob@example.net\n" + GROUP,
                        List.of("Bob@example.net 5.1.1")),
                arguments(
                        "an original recipient that is no address",
                        "Original-Recipient: x-unknown;/o=corp/cn=bob\n" + GROUP,
                        List.of("bob@example.net 5.1.1")),
                arguments(
                        "angle brackets, no type, comments, folds, odd letter case",
                        "FINAL-RECIPIENT: <bob@example.net>\nAction:\n FAILED (see below)\nStatus: 5.2.2 (full)\n",
                        List.of("bob@example.net 5.2.2")),
                arguments(
                        "several recipients, not all of whom failed",
                        GROUP + "\n" + GROUP.replace("bob", "carol").replace("failed", "delayed") + "\n"
                                + GROUP.replace("bob", "dave"),
                        List.of("bob@example.net 5.1.1", "dave@example.net 5.1.1")),
                arguments("delayed", GROUP.replace("failed", "delayed").replace("5.", "4."), List.of()),
                arguments("delivered", GROUP.replace("failed", "delivered").replace("5.", "2."), List.of()),
                arguments("relayed", GROUP.replace("failed", "relayed"), List.of()),
                arguments("expanded", GROUP.replace("failed", "expanded"), List.of()),
                arguments(
                        "given up after a transient failure",
                        GROUP.replace("5.1.1", "4.4.7"),
                        List.of("bob@example.net 4.4.7")),
                arguments(
                        "no action, a permanent status",
                        GROUP.replace("Action: failed\n", ""),
                        List.of("bob@example.net 5.1.1")),
                arguments("no action, no status", "Final-Recipient: rfc822; bob@example.net\n", List.of()),
                arguments("no status", GROUP.replace("Status: 5.1.1\n", ""), List.of("bob@example.net 5.0.0")),
                arguments("a status that is none", GROUP.replace("5.1.1", "5.1"), List.of("bob@example.net 5.0.0")),
                arguments("no recipient", "Action: failed\nStatus: 5.1.1\n", List.of()),
                arguments("no domain", GROUP.replace("@example.net", ""), List.of()),
                arguments(
                        "an international address, as it is and encoded",
                        GROUP.replace("rfc822; bob", "utf-8; böb") + "\n"
                                + GROUP.replace("rfc822; bob", "utf-8; b\\x{F6}b"),
                        List.of("böb@example.net 5.1.1", "böb@example.net 5.1.1")),
                arguments(
                        "a reply of several lines that are not folded",
                        "Diagnostic-Code: smtp; 550-a\n550-b [192.0.2.1]:11\n550 c\n" + GROUP,
                        List.of("bob@example.net 5.1.1")),
                arguments(
                        "an encoded word for a local part",
                        GROUP.replace("bob", "=?utf-8?B?8J+QiPCfkIg=?="),
                        List.of("=?utf-8?B?8J+QiPCfkIg=?=@example.net 5.1.1")),
                arguments("no field at all", "nonsense\n", List.of()),
                arguments("nothing", "", List.of()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void groups(String name, String groups, List<String> expected) {
        var report = report("message/delivery-status", "8bit", "Reporting-MTA: dns; mx.example.net\n\n" + groups);

        assertThat(DeliveryReport.failedRecipients(report))
                .extracting(failed -> failed.address() + " " + failed.status())
                .isEqualTo(expected);
    }

    @Test
    void whatTheRemoteSaidIsOneSafeLine() {
        var report = report(
                "message/delivery-status",
                "7bit",
                GROUP
                        + "Remote-MTA: dns; mx.example.net (192.0.2.1)\nDiagnostic-Code: smtp;\n 550-5.1.1 no\0such\n\t550 user\n");

        assertThat(DeliveryReport.failedRecipients(report))
                .containsExactly(new FailedRecipient(
                        "bob@example.net",
                        Optional.of("bob@example.net"),
                        "5.1.1",
                        Optional.of("550-5.1.1 no?such 550 user"),
                        Optional.of("mx.example.net")));
    }

    @Test
    void transferEncodingsAreUndone() {
        var base64 = Base64.getMimeEncoder().encodeToString(crlf(GROUP).getBytes(StandardCharsets.US_ASCII));
        var quoted = GROUP.replace("failed", "fai=\nled").replace("@", "=40");

        for (var report : List.of(
                report("message/global-delivery-status", "BASE64", base64),
                report("message/delivery-status", "quoted-printable", quoted))) {
            assertThat(DeliveryReport.failedRecipients(report)).hasSize(1);
        }
        assertThat(DeliveryReport.failedRecipients(report("message/delivery-status", "base64", "%%%=")))
                .isEmpty();
    }

    @Test
    void aReportInsideAnotherMultipartCounts() {
        var inner = Mails.text(report("message/delivery-status", "7bit", GROUP)).replace("\r\n", "\n");
        var outer = crlf("Content-Type: multipart/mixed; boundary=outer\n\n--outer\n" + inner
                + "\n--outer\n\nvirus free\n--outer--\n");

        assertThat(DeliveryReport.failedRecipients(outer.getBytes(StandardCharsets.UTF_8)))
                .hasSize(1);
    }

    @Test
    void aReportThatSomebodyForwardsDoesNot() {
        var inner = Mails.text(report("message/delivery-status", "7bit", GROUP)).replace("\r\n", "\n");
        var outer = crlf("Content-Type: multipart/mixed; boundary=outer\n\n--outer\nContent-Type: message/rfc822\n\n"
                + inner + "\n--outer--\n");

        assertThat(DeliveryReport.failedRecipients(outer.getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void nestingWithoutEndIsFollowedOnlySoFar() {
        var entity = Mails.text(report("message/delivery-status", "7bit", GROUP));
        for (int i = 0; i < 200; i++) {
            entity = "Content-Type: multipart/mixed; boundary=b" + i + "x\r\n\r\n--b" + i + "x\r\n" + entity;
        }

        assertThat(DeliveryReport.failedRecipients(entity.getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void aReportCutOffOrDamagedAnywhereIsReadAsFarAsItGoes() {
        byte[] report = report("message/delivery-status", "7bit", "X: y\n\n" + (GROUP + "\n").repeat(3));
        for (int length = 0; length <= report.length; length++) {
            byte[] cut = Arrays.copyOf(report, length);
            assertThatCode(() -> DeliveryReport.failedRecipients(cut)).doesNotThrowAnyException();
        }
        var random = new Random(3464);
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = report.clone();
            for (int j = 0; j < 8; j++) {
                damaged[random.nextInt(damaged.length)] = (byte) "\r\n\0:;=-\"(<\\\u00ff".charAt(random.nextInt(12));
            }
            assertThatCode(() -> DeliveryReport.failedRecipients(damaged)).doesNotThrowAnyException();
        }
    }

    @Test
    void aReportWithoutEndIsBounded() {
        byte[] report = report("message/delivery-status", "7bit", (GROUP + "\n").repeat(50_000));

        assertThat(DeliveryReport.failedRecipients(report)).hasSize(1000);
    }

    /**
     * Real reports of many systems, where a folder of such samples is at hand: each is read, and those in the
     * standard's form tell of somebody.
     */
    @Test
    @EnabledIfEnvironmentVariable(named = "MILENA_BOUNCE_SAMPLES", matches = ".+")
    void realReports() throws IOException {
        int reports = 0;
        int told = 0;
        try (var files = Files.list(Path.of(System.getenv("MILENA_BOUNCE_SAMPLES")))) {
            for (var file : files.filter(file -> file.toString().endsWith(".eml"))
                    .sorted()
                    .toList()) {
                var text = Files.readString(file, StandardCharsets.ISO_8859_1)
                        .replace("\r\n", "\n")
                        .replace("\n", "\r\n");
                var failed = DeliveryReport.failedRecipients(text.getBytes(StandardCharsets.ISO_8859_1));
                boolean isReport = text.contains("\r\nAction: failed")
                        && MimeEntity.parse(text.getBytes(StandardCharsets.ISO_8859_1)).parts().stream()
                                .anyMatch(part -> part.contentType().isDeliveryStatus());
                reports += isReport ? 1 : 0;
                told += isReport && !failed.isEmpty() ? 1 : 0;
                if (isReport && failed.isEmpty()) {
                    System.out.println("tells of nobody: " + file.getFileName());
                }
            }
        }
        System.out.println(told + " of " + reports + " reports tell who failed");
        assertThat(reports).isPositive();
        assertThat((double) told / reports).isGreaterThan(0.95);
    }

    private static byte[] report(String type, String encoding, String status) {
        return crlf("""
                        From: MAILER-DAEMON@mx.example.net
                        Content-Type: multipart/report; report-type=delivery-status (a comment; boundary=x);
                         boundary="b \\"1\\"; c"
                        MIME-Version: 1.0

                        A preamble.
                        --b "1"; c and more
                        --b "1"; c
                        Content-Type: text/plain

                        It did not go well.
                        --b "1"; c \s
                        content-type: %s
                        Content-Transfer-Encoding: %s

                        %s
                        --b "1"; c--
                        An epilogue.
                        """.formatted(type, encoding, status)).getBytes(StandardCharsets.UTF_8);
    }

    private static String crlf(String text) {
        return text.replace("\r\n", "\n").replace("\n", "\r\n");
    }
}
