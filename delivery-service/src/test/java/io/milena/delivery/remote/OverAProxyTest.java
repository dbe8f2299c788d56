package io.milena.delivery.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.egress.EgressSource;
import io.milena.delivery.egress.ScriptedPeer;
import io.milena.delivery.egress.SocksServer;
import io.milena.delivery.egress.SourceSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A whole conversation, including TLS, over a proxy; and the cause if a proxy fails. */
class OverAProxyTest {
    private static final Path TRANSCRIPT = Path.of("src/test/resources/transcripts/ehlo-name.smtp");

    @Test
    void aConversationIsTheSameOverAProxy() throws Exception {
        try (var mx = new MxTranscript(TRANSCRIPT, false);
                var proxy = new ScriptedPeer(SocksServer.open("127.0.0.7"))) {
            var how = Meeting.of(Files.readAllLines(TRANSCRIPT));
            var opened = (Opening.Ready) Opening.open(how.hop(mx.host(), source(proxy)), RemoteSessionTest.SETTINGS);

            assertThat(opened.session().localAddress().getHostAddress()).isEqualTo("127.0.0.7");
            assertThat(opened.session().send(how.mail(), 100))
                    .isInstanceOfSatisfying(
                            RemoteSession.Settled.class,
                            settled -> assertThat(settled.results())
                                    .singleElement()
                                    .isInstanceOf(RecipientResult.Delivered.class));
            opened.session().quit();
            mx.awaitPlayed();
        }
    }

    @Test
    void aProxyThatFailsSaysNothingOfTheHost() throws Exception {
        try (var mx = new MxTranscript(TRANSCRIPT, false)) {
            EgressSource gone;
            try (var proxy = new ScriptedPeer(socket -> {})) {
                gone = source(proxy);
            }
            var how = Meeting.of(Files.readAllLines(TRANSCRIPT));
            var refused = (Opening.Refused) Opening.open(how.hop(mx.host(), gone), RemoteSessionTest.SETTINGS);

            assertThat(refused.cause().host()).isEmpty();
            assertThat(refused.cause().permanent()).isFalse();
            assertThat(refused.cause().explanation())
                    .startsWith("cannot connect to mx.example.com[127.0.0.1]:")
                    .contains("cannot connect to the proxy 127.0.0.1:");
        }
    }

    private static EgressSource source(ScriptedPeer proxy) {
        return new SourceSettings(
                        "s",
                        List.of(),
                        Optional.of("mta5.example.net"),
                        Optional.of("socks5://127.0.0.1:" + proxy.address().getPort()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())
                .source("mta.example.org");
    }
}
