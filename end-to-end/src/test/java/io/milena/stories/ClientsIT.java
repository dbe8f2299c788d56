package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Platform;
import io.milena.stories.harness.Story;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that others wrote, called as their users call them; one that is not installed is skipped. */
@Told
class ClientsIT {
    @TempDir
    private Path directory;

    @Test
    void pythonsSmtplibWithStartTls(Story story) throws IOException, InterruptedException {
        var mx = story.stage().exchangerFor("python.test");
        var login = story.platform().credentials();
        var program = """
                import smtplib, ssl, sys
                from email.message import EmailMessage
                context = ssl.create_default_context()
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
                message = EmailMessage()
                message["From"] = "app@sender.test"
                message["To"] = "reader@python.test, second@python.test"
                message["Subject"] = "Grüße von smtplib"
                message.set_content("Hello\\n.dot\\n")
                with smtplib.SMTP(sys.argv[1], int(sys.argv[2])) as smtp:
                    smtp.starttls(context=context)
                    smtp.login(sys.argv[3], sys.argv[4])
                    smtp.send_message(message)
                """;
        var file = Files.writeString(directory.resolve("send.py"), program);

        run(
                "python3",
                file.toString(),
                "127.0.0.1",
                port(story.platform().submission().getPort()),
                login.username(),
                login.password());

        var mail = mx.awaitMailFor("reader@python.test");
        assertThat(mail.forwardPaths()).containsExactlyInAnyOrder("reader@python.test", "second@python.test");
        assertThat(new String(mail.body(), StandardCharsets.UTF_8)).isEqualTo("Hello\r\n.dot\r\n");
    }

    @Test
    void swaksWithStartTls(Story story) throws IOException, InterruptedException {
        var mx = story.stage().exchangerFor("swaks.test");
        swaks(
                story.platform(),
                "reader@swaks.test",
                "--server",
                server(story.platform().smtp().getPort()),
                "-tls");
        assertThat(mx.awaitMailFor("reader@swaks.test").header("X-Mailer").getFirst())
                .contains("swaks");
    }

    @Test
    void swaksWithTlsFromTheStart(Story story) throws IOException, InterruptedException {
        var mx = story.stage().exchangerFor("swaks-tls.test");
        swaks(
                story.platform(),
                "reader@swaks-tls.test",
                "--server",
                server(story.platform().smtpTls().getPort()),
                "-tlsc",
                "--auth",
                "LOGIN");
        mx.awaitMailFor("reader@swaks-tls.test");
    }

    @Test
    void curlWithStartTlsAndWithTlsFromTheStart(Story story) throws IOException, InterruptedException {
        var mx = story.stage().exchangerFor("curl.test");
        var login = story.platform().credentials();
        for (var url : List.of(
                "smtp://" + server(story.platform().smtp().getPort()),
                "smtps://" + server(story.platform().smtpTls().getPort()))) {
            var to = url.substring(0, url.indexOf(':')) + "@curl.test";
            var file = Files.write(
                    directory.resolve("mail.txt"), Content.of("app@sender.test", to, "Sent by curl", "Text.\n"));
            run(
                    "curl",
                    "--silent",
                    "--show-error",
                    "--ssl-reqd",
                    "--insecure",
                    "--url",
                    url,
                    "--user",
                    login.username() + ":" + login.password(),
                    "--mail-from",
                    "app@sender.test",
                    "--mail-rcpt",
                    to,
                    "--upload-file",
                    file.toString());
            assertThat(mx.awaitMailFor(to).header("Subject")).containsExactly("Sent by curl");
        }
    }

    private void swaks(Platform platform, String to, String... more) throws IOException, InterruptedException {
        var login = platform.credentials();
        var command = new ArrayList<>(List.of("swaks", "--from", "app@sender.test", "--to", to));
        command.addAll(List.of("--auth-user", login.username(), "--auth-password", login.password()));
        command.addAll(Arrays.asList(more));
        run(command.toArray(String[]::new));
    }

    private void run(String... command) throws IOException, InterruptedException {
        assumeTrue(installed(command[0]), command[0] + " is not installed");
        var output = directory.resolve("output.txt").toFile();
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended && process.waitFor() == 0)
                .as(command[0] + ": " + Files.readString(output.toPath()))
                .isTrue();
    }

    private static boolean installed(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static String server(int port) {
        return "127.0.0.1:" + port;
    }

    private static String port(int port) {
        return Integer.toString(port);
    }
}
