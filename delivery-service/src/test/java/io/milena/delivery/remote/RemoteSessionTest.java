package io.milena.delivery.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.topics.Recipient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each transcript of an MX host, played whole and an octet at a time; its {@code =>} lines say what the attempt must come to. */
class RemoteSessionTest {
    private static final Path TRANSCRIPTS = Path.of("src/test/resources/transcripts");
    private static final Watchdog WATCHDOG = new Watchdog();
    private static final SessionSettings SETTINGS = new SessionSettings(
            "milena.example.org",
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            // The one time-out that a transcript waits for.
            Duration.ofMillis(700),
            OpportunisticTls.socketFactory(),
            WATCHDOG);

    @AfterAll
    static void end() {
        WATCHDOG.close();
    }

    static Stream<Arguments> transcripts() throws IOException {
        try (var files = Files.list(TRANSCRIPTS)) {
            return files
                    .sorted()
                    .flatMap(file -> Stream.of(
                            Arguments.of(file.getFileName().toString(), false),
                            Arguments.of(file.getFileName().toString(), true)))
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest(name = "{0} bytewise={1}")
    @MethodSource("transcripts")
    void comesToWhatTheTranscriptSays(String name, boolean bytewise) throws Exception {
        var file = TRANSCRIPTS.resolve(name);
        var expected = Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("=> "))
                .map(line -> line.substring(3))
                .toList();
        try (var mx = new MxTranscript(file, bytewise)) {
            assertThat(attempt(mx.host())).isEqualTo(expected);
            mx.awaitPlayed();
        }
    }

    private static List<String> attempt(RemoteHost host) throws IOException {
        return switch (Opening.open(host, SETTINGS)) {
            case Opening.Refused refused -> List.of("refused " + refused.cause().status());
            case Opening.Ready opened -> {
                var result = opened.session().send(mail());
                opened.session().quit();
                yield switch (result) {
                    case RemoteSession.HostFailed failed ->
                        List.of("next host " + failed.cause().status());
                    case RemoteSession.Settled settled ->
                        settled.results().stream().map(RemoteSessionTest::words).collect(Collectors.toList());
                };
            }
        };
    }

    private static String words(RecipientResult result) {
        return switch (result) {
            case RecipientResult.Delivered delivered ->
                "delivered " + delivered.reply().quoted();
            case RecipientResult.NotDelivered(var recipient, var cause) ->
                (cause.permanent() ? "failed " : "deferred ") + cause.status();
        };
    }

    private static MailTransaction mail() {
        byte[] content = "Subject: dots\r\n\r\n.leading\r\n..two\r\nend".getBytes(StandardCharsets.US_ASCII);
        return new MailTransaction(
                "sender@example.org",
                List.of(Recipient.of("one@example.com"), Recipient.of("two@example.com")),
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new Content() {
                    @Override
                    public long size() {
                        return content.length;
                    }

                    @Override
                    public void writeTo(Sink sink) throws IOException {
                        // In two pieces, cut before a dot at the start of a line.
                        sink.accept(content, 0, 17);
                        sink.accept(content, 17, content.length - 17);
                    }
                });
    }
}
