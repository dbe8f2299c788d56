package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Platform;
import io.milena.stories.harness.ReceivedMail;
import io.milena.stories.harness.RelayingPostfix;
import io.milena.stories.harness.SmtpClient;
import io.milena.stories.harness.Story;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients of other projects, called as their users call them; a client that is not installed is skipped. */
@Told
class ClientsIT {
    /** Lines that a host on the way may want to repair: dots, 8-bit text, blanks at the end, empty lines. */
    private static final String BODY = "Grüße, 你好\n.\n..dots\n\n.\n\nblanks \t \n \nFrom here\n\n";

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

    @ParameterizedTest
    @EnumSource
    void msmtp(Tls tls, Story story) throws IOException, InterruptedException {
        var mx = story.stage().exchangerFor("msmtp." + tls.label + ".test");
        var login = story.platform().credentials();
        var to = "reader@msmtp." + tls.label + ".test";
        var content = Content.of("app@sender.test", to, "Sent by msmtp", BODY);
        var mail = Files.write(directory.resolve("mail.txt"), content);
        var settings = directory.resolve("msmtprc");
        Files.createFile(settings, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(settings, """
                account default
                host localhost
                port %d
                from app@sender.test
                auth plain
                user %s
                password %s
                tls on
                tls_starttls %s
                tls_trust_file %s
                """.formatted(
                        tls.server(story.platform()).getPort(),
                        login.username(),
                        login.password(),
                        tls == Tls.STARTTLS ? "on" : "off",
                        story.platform().certificate()));

        run(mail, "msmtp", "--file=" + settings, to);

        assertArrivedAsSent(content, mx.awaitMailFor(to));
    }

    @ParameterizedTest
    @EnumSource
    void nodemailer(Tls tls, Story story) throws IOException, InterruptedException {
        assumeTrue(installed("node") && installed("npm"), "node and npm are not installed");
        var domain = "nodemailer." + tls.label + ".test";
        var mx = story.stage().exchangerFor(domain);
        var login = story.platform().credentials();
        var content = Content.of("app@sender.test", "raw@" + domain, "Sent by nodemailer", BODY);
        var program = Files.writeString(npmPackage("nodemailer", "10.6.1").resolve(tls.label + ".js"), """
                const [port, secure, ca, user, pass, domain, raw] = process.argv.slice(2);
                const fs = require('fs');
                const transport = require('nodemailer').createTransport({
                    host: '127.0.0.1', port, secure: secure === 'true', requireTLS: true, pool: true, maxConnections: 1,
                    auth: {user, pass}, tls: {ca: fs.readFileSync(ca), servername: 'milena.test'},
                });
                const from = 'app@sender.test';
                (async () => {
                    await transport.sendMail({envelope: {from, to: 'raw@' + domain}, raw: fs.readFileSync(raw)});
                    await transport.sendMail({
                        from, to: 'composed@' + domain, bcc: 'hidden@' + domain, subject: 'Grüße', text: '.dot\\n',
                        attachments: [{filename: 'octets.bin', content: Buffer.from(Array.from({length: 256}, (_, i) => i))}],
                    });
                    transport.close();
                })().catch(failure => { console.error(failure); process.exit(1); });
                """);

        run(
                "node",
                program.toString(),
                port(tls.server(story.platform()).getPort()),
                Boolean.toString(tls == Tls.FROM_THE_START),
                story.platform().certificate().toString(),
                login.username(),
                login.password(),
                domain,
                Files.write(directory.resolve("mail.txt"), content).toString());

        assertArrivedAsSent(content, mx.awaitMailFor("raw@" + domain));
        var composed = mx.awaitMailFor("composed@" + domain);
        assertThat(composed.forwardPaths()).containsExactlyInAnyOrder("composed@" + domain, "hidden@" + domain);
        assertThat(composed.headerSection()).doesNotContain("hidden@");
        assertAllOctetsAttached(composed);
    }

    @ParameterizedTest
    @EnumSource
    void postfixAsRelayBeforeThePlatform(Tls tls, Story story) throws IOException {
        RelayingPostfix.missing().ifPresent(missing -> assumeTrue(false, missing));
        var domain = "postfix." + tls.label + ".test";
        var mx = story.stage().exchangerFor(domain);
        var to = List.of("one@" + domain, "two@" + domain);
        var content = Content.of("app@sender.test", to.getFirst(), "Sent by Postfix", BODY);
        // Postfix's own user must be able to enter.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (var postfix = RelayingPostfix.start(
                directory.resolve("postfix"),
                tls.server(story.platform()),
                tls == Tls.FROM_THE_START,
                story.platform().certificate(),
                "milena.test",
                story.platform().credentials())) {
            try (var client = SmtpClient.connect(postfix.smtp())) {
                client.ehlo();
                var sent = client.sendWith(
                        "MAIL FROM:<app@sender.test> BODY=8BITMIME RET=HDRS ENVID=e1",
                        List.of("RCPT TO:<%s>".formatted(to.get(0)), "RCPT TO:<%s> NOTIFY=NEVER".formatted(to.get(1))),
                        content);
                assertThat(sent.end().code()).as(sent.end().toString()).isEqualTo(250);
            }
            try {
                var mail = mx.awaitMailFor(to.getFirst());
                assertThat(mail.forwardPaths()).containsExactlyInAnyOrderElementsOf(to);
                assertThat(mail.mailLine()).contains("BODY=8BITMIME", "RET=HDRS", "ENVID=e1");
                assertThat(mail.rcptLines()).anyMatch(line -> line.contains("two@") && line.contains("NOTIFY=NEVER"));
                assertThat(mail.header("Received").getFirst()).contains("postfix.test", "ESMTPSA");
                assertArrivedAsSent(content, mail);
                assertThat(postfix.log()).contains("Verified TLS connection established", "status=sent (250 2.0.0 Ok");
            } catch (ConditionTimeoutException e) {
                throw new AssertionError(postfix.log(), e);
            }
        }
    }

    /** How a client starts TLS. */
    private enum Tls {
        STARTTLS("starttls"),
        FROM_THE_START("implicit");

        private final String label;

        Tls(String label) {
            this.label = label;
        }

        InetSocketAddress server(Platform platform) {
            return this == STARTTLS ? platform.submission() : platform.smtpTls();
        }
    }

    private static void assertArrivedAsSent(byte[] content, ReceivedMail mail) {
        assertThat(mail.body()).isEqualTo(Content.body(content));
        for (var field : Content.headerSection(content).split("\r\n")) {
            assertThat(mail.headerSection()).contains(field + "\r\n");
        }
    }

    private static void assertAllOctetsAttached(ReceivedMail mail) throws IOException {
        var octets = new byte[256];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) i;
        }
        try {
            var parsed = mail.parsed();
            assertThat(parsed.getSubject()).isEqualTo("Grüße");
            var attached = ((Multipart) parsed.getContent()).getBodyPart(1);
            assertThat(attached.getInputStream().readAllBytes()).isEqualTo(octets);
        } catch (MessagingException e) {
            throw new AssertionError(mail.headerSection(), e);
        }
    }

    /** A folder in which node finds the package; it is fetched once and kept with the build. */
    private static Path npmPackage(String name, String version) throws IOException, InterruptedException {
        var folder = Files.createDirectories(Path.of(System.getProperty("milena.build"), "npm", name + "-" + version)
                .toAbsolutePath());
        if (!Files.exists(folder.resolve("node_modules").resolve(name))) {
            var output = folder.resolve("npm.txt");
            var npm = new ProcessBuilder(
                            "npm",
                            "install",
                            "--prefix",
                            folder.toString(),
                            "--no-save",
                            "--ignore-scripts",
                            "--fetch-retries=0",
                            "--fetch-timeout=20000",
                            name + "@" + version)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = npm.waitFor(60, TimeUnit.SECONDS);
            npm.destroyForcibly();
            assumeTrue(
                    ended && npm.waitFor() == 0,
                    () -> "npm cannot fetch " + name + ", so it is not tested; npm says in " + output);
        }
        return folder;
    }

    private void swaks(Platform platform, String to, String... more) throws IOException, InterruptedException {
        assumeTrue(installed("swaks"), "swaks is not installed");
        // Debian's swaks only suggests it.
        assumeTrue(
                new ProcessBuilder("perl", "-MNet::SSLeay", "-e", "1").start().waitFor() == 0,
                "swaks has no TLS here (libnet-ssleay-perl)");
        var login = platform.credentials();
        var command = new ArrayList<>(List.of("swaks", "--from", "app@sender.test", "--to", to));
        command.addAll(List.of("--auth-user", login.username(), "--auth-password", login.password()));
        command.addAll(Arrays.asList(more));
        run(command.toArray(String[]::new));
    }

    private void run(String... command) throws IOException, InterruptedException {
        run(Path.of("/dev/null"), command);
    }

    private void run(Path input, String... command) throws IOException, InterruptedException {
        assumeTrue(installed(command[0]), command[0] + " is not installed");
        var output = directory.resolve("output.txt").toFile();
        var process = new ProcessBuilder(command)
                .redirectInput(input.toFile())
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
