package io.milena.delivery.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.tls.TlsClient;
import io.milena.delivery.tls.TlsFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each transcript of an MX host, played whole and an octet at a time; its {@code =>} lines are the expected results.
 */
class RemoteSessionTest {
    private static final Path TRANSCRIPTS = Path.of("src/test/resources/transcripts");
    private static final Watchdog WATCHDOG = new Watchdog();
    static final SessionSettings SETTINGS = new SessionSettings(
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            // The only time-out that a transcript waits for.
            Duration.ofMillis(700),
            Duration.ofSeconds(8),
            new TlsClient(),
            new BrokenTls(Duration.ofHours(1)),
            new RefusedExtensions(Duration.ofHours(1)),
            WATCHDOG);

    static Stream<Arguments> transcripts() throws IOException {
        var plays = new ArrayList<Arguments>();
        try (var files = Files.list(TRANSCRIPTS)) {
            for (var file : files.sorted().toList()) {
                var name = file.getFileName().toString();
                plays.add(Arguments.of(name, false));
                // Octets that are on their way when a connection is reset are lost.
                if (!Files.readString(file).contains("\n? whole\n")) {
                    plays.add(Arguments.of(name, true));
                }
            }
        }
        return plays.stream();
    }

    @ParameterizedTest(name = "{0} bytewise={1}")
    @MethodSource("transcripts")
    void comesToWhatTheTranscriptSays(String name, boolean bytewise) throws Exception {
        var file = TRANSCRIPTS.resolve(name);
        var expected = Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("=> "))
                .map(line -> line.substring(3))
                .toList();
        var how = Meeting.of(Files.readAllLines(file));
        try (var mx = new MxTranscript(file, bytewise)) {
            assertThat(attempt(how, mx.host())).isEqualTo(expected);
            mx.awaitPlayed();
        }
    }

    @Test
    void aPasswordIsNotInWhatIsToldOfABrokenSession() throws Exception {
        var file = Path.of("src/test/resources/secrets/auth-login-hangs-up.smtp");
        try (var mx = new MxTranscript(file, false)) {
            var refused = (Opening.Refused)
                    Opening.open(Meeting.of(Files.readAllLines(file)).hop(mx.host()), SETTINGS);

            assertThat(refused.cause().explanation())
                    .contains("broke off at AUTH")
                    .doesNotContain("c2VjcmV0", "dXNA", "secret");
        }
    }

    private static List<String> attempt(Meeting how, RemoteHost host) throws IOException {
        return switch (Opening.open(how.hop(host), SETTINGS)) {
            case Opening.Refused refused -> List.of("refused " + told(refused.cause()));
            case Opening.Ready opened -> {
                var result = opened.session().send(how.mail(), 100);
                opened.session().quit();
                yield switch (result) {
                    case RemoteSession.ExtensionRefused refused -> attempt(how, host);
                    case RemoteSession.HostFailed failed -> List.of("next host " + told(failed.cause()));
                    case RemoteSession.Settled settled ->
                        settled.results().stream().map(RemoteSessionTest::words).toList();
                };
            }
        };
    }

    private static String words(RecipientResult result) {
        return switch (result) {
            case RecipientResult.Delivered delivered ->
                "delivered " + delivered.reply().quoted() + told(delivered.security());
            case RecipientResult.Discarded discarded -> "discarded";
            case RecipientResult.NotDelivered(var recipient, var cause) ->
                (cause.permanent() ? "failed " : "deferred ") + told(cause);
        };
    }

    private static String told(Cause cause) {
        return cause.status()
                + (cause instanceof Cause.Insecure insecure
                        ? " " + insecure.failure().type()
                        : "");
    }

    /** The usual case of a transcript, in clear and without a policy, is left out. */
    private static String told(ConnectionSecurity security) {
        var failure = security.failure().map(TlsFailure::type);
        boolean usual = security.tls().isEmpty()
                && failure.equals(Optional.of(TlsFailure.Type.STARTTLS_NOT_SUPPORTED))
                && security.policy().equals("opportunistic");
        return usual
                ? ""
                : ", " + (security.tls().isPresent() ? "TLS" : "clear") + " " + security.policy()
                        + failure.map(type -> " " + type).orElse("");
    }
}
