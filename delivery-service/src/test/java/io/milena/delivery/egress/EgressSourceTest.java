package io.milena.delivery.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Straight connections and those behind a PROXY header, over real sockets. */
class EgressSourceTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** The signature, version 2, PROXY. */
    private static final String START = "0d0a0d0a000d0a515549540a21";

    @Test
    void sendsFromItsAddress() throws Exception {
        try (var remote = new ScriptedPeer(SocksProxyTest::sayWhoCame)) {
            var connected = source(List.of("127.0.0.5"), Optional.empty()).connect(remote.address(), LIMIT);

            assertThat(connected.from().getHostAddress()).isEqualTo("127.0.0.5");
            assertThat(SocksProxyTest.said(connected)).isEqualTo("127.0.0.5");
        }
    }

    @Test
    void theUnnamedOneLeavesThatToTheSystem() throws Exception {
        var source = EgressSource.unnamed("mta.example.org");
        try (var remote = new ScriptedPeer(SocksProxyTest::sayWhoCame)) {
            assertThat(SocksProxyTest.said(source.connect(remote.address(), LIMIT)))
                    .isEqualTo("127.0.0.1");
        }
        assertThat(source.name()).isEmpty();
        assertThat(source.hostname()).isEqualTo("mta.example.org");
        assertThat(source.reaches(InetAddress.ofLiteral("2001:db8::1"))).isTrue();
    }

    @Test
    void anAddressThatIsNotOfThisHostIsOurFault() throws Exception {
        try (var remote = new ScriptedPeer(ScriptedPeer::stayMute)) {
            assertThatThrownBy(
                            () -> source(List.of("192.0.2.1"), Optional.empty()).connect(remote.address(), LIMIT))
                    .isInstanceOf(EgressException.class)
                    .hasMessageStartingWith("this host can't send from 192.0.2.1: ");
        }
    }

    @Test
    void aHostThatRefusesIsNot() throws Exception {
        InetSocketAddress gone;
        try (var remote = new ScriptedPeer(ScriptedPeer::stayMute)) {
            gone = remote.address();
        }
        assertThatThrownBy(() -> source(List.of("127.0.0.5"), Optional.empty()).connect(gone, LIMIT))
                .isNotInstanceOf(EgressException.class)
                .hasMessageContaining("refused");
    }

    @Test
    void whatHasNoAddressOfAFamilyDoesNotReachIt() {
        var four = InetAddress.ofLiteral("198.51.100.1");
        var six = InetAddress.ofLiteral("2001:db8::1");
        var proxy = Optional.of("haproxy://127.0.0.1:1");
        assertThat(source(List.of("127.0.0.5"), Optional.empty()).reaches(four)).isTrue();
        assertThat(source(List.of("127.0.0.5"), Optional.empty()).reaches(six)).isFalse();
        assertThat(source(List.of("2001:db8::2"), Optional.empty()).reaches(four))
                .isFalse();
        assertThat(source(List.of("127.0.0.5", "[2001:db8::2]"), proxy).reaches(six))
                .isTrue();
        assertThat(source(List.of("2001:db8::2"), proxy).reaches(four)).isFalse();
        assertThat(source(List.of(), Optional.of("socks5://127.0.0.1:1")).reaches(six))
                .isTrue();
    }

    @Test
    void isKnownByItsName() {
        assertThat(source(List.of("127.0.0.5"), Optional.empty()))
                .isEqualTo(source(List.of("127.0.0.6"), Optional.empty()))
                .hasToString("s")
                .isNotEqualTo(EgressSource.unnamed("s"));
    }

    /** Octet by octet: signature, version and command, family and transport, length, addresses, ports. */
    @Test
    void tellsTheProxyWhenceAndWhereto() throws Exception {
        try (var remote = new ScriptedPeer(SocksProxyTest::sayWhoCame);
                var proxy = new ScriptedPeer(socket -> {
                    var header = socket.getInputStream().readNBytes(28);
                    var port =
                            HexFormat.of().toHexDigits((short) remote.address().getPort());
                    assertThat(HexFormat.of().formatHex(header))
                            .isEqualTo(START + "11" + "000c" + "7f000006" + "7f000001" + "0000" + port);
                    ScriptedPeer.relay(socket, InetAddress.getByAddress(new byte[] {127, 0, 0, 6}), remote.address());
                })) {
            var connected = source(List.of("127.0.0.6"), Optional.of(proxy.at("haproxy")))
                    .connect(remote.address(), LIMIT);

            assertThat(SocksProxyTest.said(connected)).isEqualTo("127.0.0.6");
            assertThat(connected.from().getHostAddress()).isEqualTo("127.0.0.6");
            proxy.awaitPlayed();
        }
    }

    @Test
    void soForIpv6() throws Exception {
        try (var proxy = new ScriptedPeer(socket -> assertThat(
                        HexFormat.of().formatHex(socket.getInputStream().readNBytes(52)))
                .isEqualTo(START + "21" + "0024" + "20010db8000000000000000000000006"
                        + "20010db8000100000000000000000019" + "0000" + "0019"))) {
            source(List.of("127.0.0.6", "2001:db8::6"), Optional.of(proxy.at("haproxy")))
                    .connect(new InetSocketAddress(InetAddress.ofLiteral("2001:db8:1::19"), 25), LIMIT)
                    .socket()
                    .close();
            proxy.awaitPlayed();
        }
    }

    static EgressSource source(List<String> addresses, Optional<String> proxy) {
        return new SourceSettings(
                        "s", addresses, Optional.empty(), proxy, Optional.empty(), Optional.empty(), Optional.empty())
                .source("mta.example.org");
    }
}
