package io.milena.delivery.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over real sockets, against a hand-written proxy that sometimes fails. */
class SocksProxyTest {
    /** Longer than a test may take: nobody waits for its end. */
    private static final Duration LONG = Duration.ofMinutes(10);

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.ofLiteral("127.9.9.9"), 25);

    @Test
    void connectsToTheRemoteFromTheProxysAddress() throws Exception {
        try (var remote = new ScriptedPeer(SocksProxyTest::sayWhoCame);
                var proxy = new ScriptedPeer(SocksServer.open("127.0.0.7"))) {
            var connected = source(proxy).connect(remote.address(), LONG);

            assertThat(connected.socket().getSoTimeout()).isZero();
            assertThat(said(connected)).isEqualTo("127.0.0.7");
            assertThat(connected.from().getHostAddress()).isEqualTo("127.0.0.7");
            proxy.awaitPlayed();
        }
    }

    @Test
    void logsIn() throws Exception {
        try (var remote = new ScriptedPeer(SocksProxyTest::sayWhoCame);
                var proxy = new ScriptedPeer(SocksServer.closed("127.0.0.8", "milena", "sécret"))) {
            assertThat(said(source(proxy, "milena", "sécret").connect(remote.address(), LONG)))
                    .isEqualTo("127.0.0.8");
            proxy.awaitPlayed();
        }
    }

    @Test
    void aLoginThatIsNotTakenIsTheProxysMatterAndIsNotTold() throws Exception {
        try (var proxy = new ScriptedPeer(SocksServer.closed("127.0.0.8", "milena", "another"))) {
            assertThatThrownBy(() -> source(proxy, "milena", "secret").connect(NOWHERE, LONG))
                    .isInstanceOf(EgressException.class)
                    .hasMessageEndingWith("does not take our login")
                    .hasMessageNotContainingAny("secret", "another");
        }
    }

    @Test
    void aLoginIsNotSentToAProxyThatWantsNone() throws Exception {
        try (var remote = new ScriptedPeer(SocksProxyTest::sayWhoCame);
                var proxy = new ScriptedPeer(SocksServer.open("127.0.0.7"))) {
            assertThat(said(source(proxy, "milena", "secret").connect(remote.address(), LONG)))
                    .isEqualTo("127.0.0.7");
        }
    }

    @Test
    void aProxyThatWantsALoginWhichWeHaveNotIsGivenUp() throws Exception {
        try (var proxy = new ScriptedPeer(answering(new int[] {5, 0xff}))) {
            assertThatThrownBy(() -> source(proxy).connect(NOWHERE, LONG))
                    .isInstanceOf(EgressException.class)
                    .hasMessageEndingWith("wants a login");
        }
    }

    /** Whose failure it is: a host that the proxy cannot reach is not the proxy's failure. */
    @ParameterizedTest
    @CsvSource({
        "1, true, failed",
        "2, true, does not allow it",
        "3, false, network unreachable",
        "4, false, host unreachable",
        "5, false, connection refused",
        "6, false, timed out",
        "7, true, knows no CONNECT",
        "8, true, no address of that family",
        "77, true, reply 77"
    })
    void eachRefusalHasItsWords(int verdict, boolean ours, String words) throws Exception {
        try (var proxy = new ScriptedPeer(answering(new int[] {5, 0}, new int[] {5, verdict, 0, 1}))) {
            assertThatThrownBy(() -> source(proxy).connect(NOWHERE, LONG))
                    .hasMessageContaining(words)
                    .matches(e -> e instanceof EgressException == ours);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "IPv4; 1 198 51 100 1 0 25; 198.51.100.1",
                "IPv6; 4 32 1 13 184 0 0 0 0 0 0 0 0 0 0 0 5 0 25; 2001:db8:0:0:0:0:0:5",
                "a name; 3 2 104 105 0 25; 127.0.0.1",
                "none; 1 0 0 0 0 0 0; 127.0.0.1"
            })
    void whatFollowsItsAnswerIsTheRemotes(String kind, String bound, String from) throws Exception {
        var octets = Arrays.stream(bound.split(" ")).mapToInt(Integer::parseInt).toArray();
        try (var proxy = new ScriptedPeer(socket -> {
            var in = new DataInputStream(socket.getInputStream());
            in.readNBytes(3);
            SocksServer.write(socket, 5, 0);
            SocksServer.request(in);
            // One octet at a time, and the greeting directly after it.
            for (int octet : IntStream.concat(
                            IntStream.of(5, 0, 0), IntStream.concat(Arrays.stream(octets), "220 hi".chars()))
                    .toArray()) {
                SocksServer.write(socket, octet);
            }
        })) {
            var connected = source(proxy).connect(NOWHERE, LONG);
            assertThat(said(connected)).as(kind).isEqualTo("220 hi");
            assertThat(connected.from().getHostAddress()).as(kind).isEqualTo(from);
        }
    }

    @Test
    void asksForAnIpv6HostByItsAddress() throws Exception {
        var remote = new InetSocketAddress(InetAddress.ofLiteral("2001:db8::25"), 587);
        try (var proxy = new ScriptedPeer(socket -> {
            var in = new DataInputStream(socket.getInputStream());
            assertThat(in.readNBytes(3)).containsExactly(5, 1, 0);
            SocksServer.write(socket, 5, 0);
            assertThat(SocksServer.request(in)).isEqualTo(remote);
            SocksServer.write(socket, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0);
        })) {
            source(proxy).connect(remote, LONG).socket().close();
            proxy.awaitPlayed();
        }
    }

    /** The proxy falls silent, or closes, after that many octets of a good answer. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 5, 6, 9, 11})
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void aProxyThatFallsSilentHoldsNobodyLonger(int octets) throws Exception {
        for (boolean hangsUp : List.of(false, true)) {
            try (var proxy = new ScriptedPeer(cut(octets, hangsUp))) {
                assertThatThrownBy(() -> source(proxy).connect(NOWHERE, hangsUp ? LONG : SHORT))
                        .isInstanceOf(EgressException.class)
                        .hasMessageContaining("gave no whole answer");
            }
        }
    }

    @Test
    void aProxyThatTricklesIsHeldToTheLimitOfTheWhole() throws Exception {
        try (var proxy = new ScriptedPeer(socket -> {
            socket.getInputStream().readNBytes(3);
            SocksServer.write(socket, 5, 0, 5, 0, 0, 3, 255);
            while (true) {
                SocksServer.write(socket, 'x');
                LockSupport.parkNanos(100_000_000);
            }
        })) {
            assertThatThrownBy(() -> source(proxy).connect(NOWHERE, SHORT))
                    .isInstanceOf(EgressException.class)
                    .hasMessageContaining("timed out");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 400 Bad Request\r\n\r\n",
                "220 mx.example.com\r\n",
                "\0\0\0\0",
                "\4\132\0\0",
                "\5\2",
                "\5\7"
            })
    void whatIsNoSocksIsGivenUp(String garbage) throws Exception {
        try (var proxy = new ScriptedPeer(socket -> {
            socket.getOutputStream().write(garbage.getBytes(StandardCharsets.ISO_8859_1));
            ScriptedPeer.stayMute(socket);
        })) {
            assertThatThrownBy(() -> source(proxy).connect(NOWHERE, LONG))
                    .isInstanceOf(EgressException.class)
                    .hasMessageContaining("does not speak SOCKS5");
        }
    }

    @Test
    void aProxyThatIsNotThereIsNamed() throws Exception {
        EgressSource source;
        try (var proxy = new ScriptedPeer(ScriptedPeer::stayMute)) {
            source = source(proxy);
        }
        assertThatThrownBy(() -> source.connect(NOWHERE, LONG))
                .isInstanceOf(EgressException.class)
                .hasMessageMatching("cannot connect to the proxy 127\\.0\\.0\\.1:\\d+: .*");
    }

    private static ScriptedPeer.Script cut(int octets, boolean hangsUp) {
        return socket -> {
            socket.getInputStream().readNBytes(3);
            int[] answer = {5, 0, 5, 0, 0, 1, 127, 0, 0, 1, 0, 25};
            SocksServer.write(socket, Arrays.copyOf(answer, Math.min(octets, 2)));
            if (octets >= 2) {
                socket.getInputStream().readNBytes(10);
                SocksServer.write(socket, Arrays.copyOfRange(answer, 2, octets));
            }
            if (!hangsUp) {
                ScriptedPeer.stayMute(socket);
            }
        };
    }

    private static ScriptedPeer.Script answering(int[]... answers) {
        return socket -> {
            socket.getInputStream().readNBytes(3);
            for (var answer : answers) {
                SocksServer.write(socket, answer);
            }
            ScriptedPeer.stayMute(socket);
        };
    }

    static void sayWhoCame(Socket socket) throws IOException {
        socket.getOutputStream().write(socket.getInetAddress().getHostAddress().getBytes(StandardCharsets.US_ASCII));
    }

    static String said(EgressSource.Connected connected) throws IOException {
        try (var socket = connected.socket()) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static EgressSource source(ScriptedPeer proxy) {
        return new SourceSettings(
                        "s",
                        List.of(),
                        Optional.empty(),
                        Optional.of(proxy.at("socks5")),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())
                .source("mta.example.org");
    }

    private static EgressSource source(ScriptedPeer proxy, String user, String password) {
        return new SourceSettings(
                        "s",
                        List.of(),
                        Optional.empty(),
                        Optional.of(proxy.at("socks5")),
                        Optional.of(user),
                        Optional.of(password),
                        Optional.empty())
                .source("mta.example.org");
    }
}
