package io.milena.standalone.postbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.testing.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostboxTest {
    @TempDir
    Path dir;

    @Test
    void keepsTheContentAsItCame() throws IOException {
        var postbox = new Postbox(dir);
        int port = FreePorts.take();
        try (var server = PostboxServer.start(port, postbox)) {
            send(
                    port,
                    "<a@example.com>",
                    "Subject: Grüße\r\n\r\n..dot-stuffed\r\nraw: é\r\n\r\n",
                    "<ben@example.org>",
                    "<carla@example.org>");
        }
        var message = postbox.list().messages().getFirst();
        assertThat(message.subject()).isEqualTo("Grüße");
        assertThat(message.recipients()).containsExactlyInAnyOrder("ben@example.org", "carla@example.org");
        assertThat(Files.readString(postbox.find(message.id()).orElseThrow()))
                .startsWith("Return-Path: <a@example.com>\r\n")
                .endsWith("Subject: Grüße\r\n\r\n.dot-stuffed\r\nraw: é\r\n\r\n");
    }

    @Test
    void takesABounce() throws IOException {
        var postbox = new Postbox(dir);
        int port = FreePorts.take();
        try (var server = PostboxServer.start(port, postbox)) {
            send(port, "<>", "Subject: undelivered\r\n\r\n", "<a@example.com>");
        }
        assertThat(postbox.list().messages())
                .singleElement()
                .satisfies(message -> assertThat(message.reversePath()).isEmpty());
    }

    @Test
    void forgetsTheOldestAndRemembersTheOthersOverARestart() {
        var postbox = new Postbox(dir, 2);
        for (var subject : List.of("first", "second", "third")) {
            postbox.keep("a@example.com", List.of("b@example.com"), bytes("Subject: " + subject + "\r\n\r\n"));
        }
        assertThat(subjects(postbox)).containsExactly("third", "second");
        assertThat(subjects(new Postbox(dir, 2))).containsExactly("third", "second");
        assertThat(dir.toFile().list()).hasSize(2);
    }

    @Test
    void showsWhatNobodyCanRead() {
        var postbox = new Postbox(dir);
        postbox.keep("a@example.com", List.of("b@example.com"), bytes("no header\r\n\u0000\r\n"));
        postbox.keep("a@example.com", List.of("b@example.com"), bytes("""
                Content-Type: multipart/mixed; boundary=b\r
                Content-Transfer-Encoding: nonsense\r
                \r
                --b\r
                Content-Type: text/plain; charset=no-such\r
                Content-Transfer-Encoding: base64\r
                \r
                %%%\r
                --b"""));
        assertThat(postbox.list().messages()).hasSize(2);
    }

    private static List<String> subjects(Postbox postbox) {
        return postbox.list().messages().stream().map(Summary::subject).toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void send(int port, String reversePath, String content, String... forwardPaths) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            var replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            expect(replies, "220");
            say(socket, "EHLO client.example\r\n");
            expect(replies, "250");
            say(socket, "MAIL FROM:" + reversePath + " BODY=8BITMIME\r\n");
            expect(replies, "250");
            for (var forwardPath : forwardPaths) {
                say(socket, "RCPT TO:" + forwardPath + "\r\n");
                expect(replies, "250");
            }
            say(socket, "DATA\r\n");
            expect(replies, "354");
            say(socket, content + ".\r\n");
            expect(replies, "250");
            say(socket, "QUIT\r\n");
            expect(replies, "221");
        }
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(bytes(text));
    }

    private static void expect(BufferedReader replies, String code) throws IOException {
        String line;
        do {
            line = replies.readLine();
        } while (line != null && line.startsWith(code + "-"));
        assertThat(line).startsWith(code);
    }
}
