package io.milena.stories.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScriptedMxTest {
    private static final byte[] DOTS =
            "Subject: dots\r\n\r\n.\r\n..\r\n.x\r\nlone\nand\rbare\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private ScriptedMx mx;

    @BeforeEach
    void start() {
        mx = ScriptedMx.listen("127.0.0.1", 0);
    }

    @AfterEach
    void stop() throws IOException {
        mx.close();
    }

    @Test
    void keepsEnvelopeAndOctetsAlsoUnderTls() throws IOException {
        try (var client = SmtpClient.connect(mx.address())) {
            client.ehlo();
            client.startTls();
            var sent = client.send("s@a.test", List.of("r@b.test", "550@b.test"), DOTS);
            assertThat(sent.end().code()).isEqualTo(250);
            assertThat(sent.rcpts()).extracting(Answer::code).containsExactly(250, 550);
        }

        var mail = mx.awaitMailFor("r@b.test");
        assertThat(mail.reversePath()).isEqualTo("s@a.test");
        assertThat(mail.forwardPaths()).containsExactly("r@b.test");
        assertThat(mail.content()).isEqualTo(DOTS);
        assertThat(mail.tls()).contains("TLSv1.3");
        assertThat(mail.header("subject")).containsExactly("dots");
    }

    @Test
    void obeysTheAddress() throws IOException {
        try (var client = SmtpClient.connect(mx.address())) {
            client.ehlo();
            assertThat(client.sendPipelined("", List.of("451-once+a@b.test"), DOTS)
                            .end()
                            .code())
                    .isEqualTo(554);
            assertThat(client.send("", List.of("451-once+a@b.test"), DOTS).end().code())
                    .isEqualTo(250);
            assertThat(client.send("", List.of("552-rcpt@b.test"), DOTS).end().toString())
                    .startsWith("552 5.2.2");
            assertThat(client.send("", List.of("554-data@b.test"), DOTS).end().code())
                    .isEqualTo(554);
            assertThat(client.send("", List.of("451-dot-twice@b.test"), DOTS)
                            .end()
                            .code())
                    .isEqualTo(451);
            assertThatThrownBy(() -> client.send("", List.of("drop-in-data@b.test"), DOTS))
                    .isInstanceOf(IOException.class);
        }
        assertThat(mx.received()).hasSize(1);
        assertThat(mx.attempts("451-once+a@b.test")).isEqualTo(2);
    }

    @Test
    void canBeBusyOrDead() throws IOException {
        mx.greetWith("421 4.3.2 too busy");
        try (var client = SmtpClient.connect(mx.address())) {
            assertThat(client.greeting().code()).isEqualTo(421);
            assertThatThrownBy(client::ehlo).isInstanceOf(EOFException.class);
        }
        mx.stop();
        assertThatThrownBy(() -> SmtpClient.connect(mx.address())).isInstanceOf(ConnectException.class);
        mx.greetWith("220 here again").start();
        SmtpClient.connect(mx.address()).close();
        assertThat(mx.connections()).isEqualTo(2);
    }
}
