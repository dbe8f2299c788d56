package io.milena.delivery.egress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A contradiction is refused with a sentence that names the key. */
class SourceSettingsTest {
    @Test
    void saysItsOwnNameOrTheUsualOne() {
        assertThat(source("a", List.of("127.0.0.5"), "mta5.example.net", null, null, null)
                        .hostname())
                .isEqualTo("mta5.example.net");
        assertThat(source("a", List.of(), null, null, null, null).hostname()).isEqualTo("mta.example.org");
        assertThat(source("a", List.of(), "[IPv6:2001:db8::1]", null, null, null)
                        .hostname())
                .isEqualTo("[IPv6:2001:db8::1]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "127.0.0", "mta.example.org", "0.0.0.0", "::", "224.0.0.1", "127.0.0.5/32", "127.0.0.5:25"})
    void whatIsNoAddressIsRefused(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> source("a", List.of(address), null, null, null, null))
                .withMessage("milena.delivery.sources.\"a\".address: " + address
                        + " (expected: an IPv4 or IPv6 address to send from)");
    }

    @Test
    void twoOfAFamilyAreOneTooMany() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> source("a", List.of("127.0.0.5", "127.0.0.6"), null, null, null, null))
                .withMessage("milena.delivery.sources.\"a\".address: [127.0.0.5, 127.0.0.6]"
                        + " (expected: one IPv4 and one IPv6 address at most)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "socks5://proxy",
                "socks4://proxy:1080",
                "http://proxy:80",
                "proxy:1080",
                "socks5://:1080",
                "socks5://proxy:0",
                "haproxy://proxy:65536",
                "socks5://user:secret@proxy:1080",
                "haproxy://2001:db8::1:25"
            })
    void whatIsNoProxyIsRefusedAndNotTold(String proxy) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> source("a", List.of(), null, proxy, null, null))
                .withMessage(
                        "milena.delivery.sources.\"a\".proxy (expected: socks5://HOST:PORT or haproxy://HOST:PORT)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks5://proxy.example:1080", "socks5://[2001:db8::1]:1080/", "socks5://10.0.0.1:1"})
    void aProxyIsAHostAndAPort(String proxy) {
        assertThat(source("a", List.of(), null, proxy, null, null)).hasToString("a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "-",
            value = {
                "127.0.0.5; socks5://p:1; -; -; .address: a SOCKS5 proxy chooses its address by itself (expected: none)",
                "-; haproxy://p:1; -; -; .address: the proxy has to be told from which of its addresses to send",
                "127.0.0.5; haproxy://p:1; u; secret; .proxy-username: HAProxy knows no login",
                "127.0.0.5; -; u; secret; .proxy-username: there is no proxy",
                "-; socks5://p:1; u; -; : proxy-username and proxy-password belong together",
                "-; socks5://p:1; -; secret; : proxy-username and proxy-password belong together",
                "-; socks5://p:1; u; ''; .proxy-username, proxy-password: a SOCKS5 user and password have 1 to 255 octets each"
            })
    void whatDoesNotGoTogetherIsRefused(String address, String proxy, String user, String password, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> source("a", address == null ? List.of() : List.of(address), null, proxy, user, password))
                .withMessage("milena.delivery.sources.\"a\"" + sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", "a=b", "a,b", ""})
    void aNameIsOneWord(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> source(name, List.of(), null, null, null, null))
                .withMessageContaining("(expected: a name without spaces, = and ,)");
    }

    @Test
    void anotherNameThanAHostsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> source("a", List.of(), "a b\r\n", null, null, null))
                .withMessageStartingWith("milena.delivery.sources.\"a\".hostname: ");
    }

    @Test
    void noPasswordIsInItsText() {
        assertThat(settings("a", List.of(), null, "socks5://p:1", "u", "secret").toString())
                .doesNotContain("secret");
        assertThat(new SocksProxy(new Server("p", 1), Optional.of(new SocksProxy.Credentials("u", "secret")))
                        .toString())
                .doesNotContain("secret");
    }

    private static EgressSource source(
            String name, List<String> addresses, String hostname, String proxy, String user, String password) {
        return settings(name, addresses, hostname, proxy, user, password).source("mta.example.org");
    }

    private static SourceSettings settings(
            String name, List<String> addresses, String hostname, String proxy, String user, String password) {
        return new SourceSettings(
                name,
                addresses,
                Optional.ofNullable(hostname),
                Optional.ofNullable(proxy),
                Optional.ofNullable(user),
                Optional.ofNullable(password),
                Optional.empty());
    }
}
