package io.milena.standalone.postbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class MailViewTest {
    @Test
    void decodesHeaderFieldsTextsAndAttachments() {
        byte[] content = """
                From: =?UTF-8?Q?Anna_Nov=C3=A1kov=C3=A1?= <anna@example.com>\r
                Subject: folded\r
                 subject\r
                Content-Type: multipart/mixed; boundary=outer\r
                \r
                --outer\r
                Content-Type: multipart/alternative; boundary=inner\r
                \r
                --inner\r
                Content-Type: text/plain; charset=iso-8859-1\r
                Content-Transfer-Encoding: quoted-printable\r
                \r
                Gr=FC=DFe\r
                --inner\r
                Content-Type: text/html; charset=utf-8\r
                Content-Transfer-Encoding: base64\r
                \r
                PGI+R3LDvMOfZTwvYj4=\r
                --inner--\r
                --outer\r
                Content-Type: application/octet-stream\r
                Content-Disposition: attachment; filename="a.bin"\r
                Content-Transfer-Encoding: base64\r
                \r
                AAEC\r
                --outer--\r
                """.getBytes(StandardCharsets.UTF_8);
        var view = MailView.of(content);

        assertThat(view.first("from")).isEqualTo("Anna Nováková <anna@example.com>");
        assertThat(view.first("Subject")).isEqualTo("folded subject");
        assertThat(view.text()).isEqualTo("Grüße");
        assertThat(view.html()).isEqualTo("<b>Grüße</b>");
        assertThat(view.attachments()).singleElement().satisfies(attachment -> {
            assertThat(attachment.name()).isEqualTo("a.bin");
            assertThat(attachment.size()).isEqualTo(3);
            assertThat(MailView.attachment(content, attachment.part())).containsExactly(0, 1, 2);
        });
        assertThat(MailView.attachment(content, 99)).isEmpty();
    }

    @Test
    void deepNestingEndsSomewhere() {
        var content = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            content.append("Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n".formatted(i, i));
        }
        assertThat(MailView.of(content.toString().getBytes(StandardCharsets.UTF_8))
                        .text())
                .isEmpty();
    }
}
