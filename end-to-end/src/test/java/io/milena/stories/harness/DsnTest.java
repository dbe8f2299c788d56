package io.milena.stories.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.MessagingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DsnTest {
    private static final String REPORT = """
            From: postmaster@milena.test
            Content-Type: multipart/report; report-type=delivery-status; boundary=b
            MIME-Version: 1.0

            --b
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            Gr=C3=BC=C3=9Fe
            --b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; milena.test

            Final-Recipient: rfc822; a@x.test
            Status: 5.1.1
            Diagnostic-Code: smtp; 550 5.1.1
             no such user

            Final-Recipient: rfc822; b@x.test
            Status: 5.2.2
            --b
            Content-Type: text/rfc822-headers

            Subject: original
            --b--
            """;

    @Test
    void takesAReportApart() throws MessagingException, IOException {
        var dsn = Dsn.of(mail(REPORT));

        assertThat(dsn.text()).isEqualTo("Grüße");
        assertThat(Dsn.field(dsn.perMessage(), "Reporting-MTA")).contains("dns; milena.test");
        assertThat(dsn.perRecipient()).hasSize(2);
        assertThat(Dsn.field(dsn.of("a@x.test"), "Diagnostic-Code")).contains("smtp; 550 5.1.1 no such user");
        assertThat(dsn.original()).contains("Subject: original");
    }

    @Test
    void seesWhatIsNoReport() {
        assertThatThrownBy(() -> Dsn.of(mail(REPORT.replace("multipart/report", "multipart/mixed"))))
                .hasMessageContaining("multipart/mixed");
        assertThatThrownBy(() -> Dsn.of(mail(REPORT.replace("message/delivery-status", "text/plain"))))
                .hasMessageContaining("text/plain");
    }

    private static ReceivedMail mail(String text) {
        var content = text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
        return new ReceivedMail(
                new ReceivedMail.Client("127.0.0.1", "milena.test"),
                "",
                "MAIL FROM:<>",
                List.of("s@a.test"),
                List.of(),
                content,
                Optional.empty(),
                Instant.EPOCH);
    }
}
