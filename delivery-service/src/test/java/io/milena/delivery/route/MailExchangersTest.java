package io.milena.delivery.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.dns.FakeDns;
import io.milena.delivery.dns.NetworkPolicy;
import io.milena.delivery.egress.EgressSource;
import io.milena.delivery.egress.SourceSettings;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** RFC 5321 §5.1 and RFC 7505 over a hand-written DNS. */
class MailExchangersTest {
    private static final EgressSource ANY = EgressSource.unnamed("milena.example.org");

    private final FakeDns dns = new FakeDns();

    @Test
    void hostsComeByPreferenceEachWithAllItsAddresses() {
        dns.mx("example.com", 20, "b.example.com").mx("example.com", 10, "a.example.com");
        dns.address("a.example.com", "198.100.0.1", "2a00::1").address("b.example.com", "198.100.0.2");
        assertThat(hosts(find("example.com"))).hasSize(3).endsWith("198.100.0.2");
    }

    @Test
    void withoutMxTheDomainIsItsOwnExchanger() {
        dns.address("example.com", "198.100.0.3");
        assertThat(hosts(find("example.com"))).containsExactly("198.100.0.3");
    }

    @Test
    void aNullMxTakesNoMail() {
        dns.mx("example.com", 0, "");
        assertThat(find("example.com"))
                .isInstanceOfSatisfying(
                        Routing.Nowhere.class, n -> assertThat(n.status()).isEqualTo("5.1.10"));
    }

    @Test
    void aDomainThatDoesNotExistIsPermanentAndNoAnswerIsNot() {
        assertThat(status("nowhere.example")).isEqualTo("5.1.2");
        dns.silent("slow.example");
        assertThat(status("slow.example")).isEqualTo("4.4.3");
    }

    @Test
    void specialAddressesAreNotReached() {
        dns.mx("example.com", 10, "inside.example.com").address("inside.example.com", "10.0.0.1");
        assertThat(status("example.com")).isEqualTo("5.4.4");
    }

    @Test
    void onlyHostsPreferredToOurselvesAreAsked() {
        dns.mx("example.com", 10, "a.example.com")
                .mx("example.com", 20, "milena.example.org")
                .mx("example.com", 30, "c.example.com");
        dns.address("a.example.com", "198.100.0.1").address("c.example.com", "198.100.0.3");
        assertThat(hosts(find("example.com"))).containsExactly("198.100.0.1");
        dns.mx("loop.example", 10, "milena.example.org");
        assertThat(status("loop.example")).isEqualTo("5.4.6");
    }

    @Test
    void anMxWithoutAnswerLeavesTheOthersAndAloneDefers() {
        dns.mx("example.com", 10, "dead.example.com").silent("dead.example.com");
        assertThat(status("example.com")).isEqualTo("4.4.3");
        dns.mx("example.com", 20, "b.example.com").address("b.example.com", "198.100.0.2");
        assertThat(hosts(find("example.com"))).containsExactly("198.100.0.2");
    }

    @Test
    void aRouteBeatsDnsAndPolicy() {
        dns.mx("example.com", 10, "a.example.com").address("a.example.com", "198.100.0.1");
        var route = new Routes(List.of("example.com=127.0.0.1:3025")).of("example.com", "a", Optional.empty());
        var routed = exchangers().find((Route.SmartHosts) route, ANY);
        assertThat(hosts(routed)).containsExactly("127.0.0.1");
        assertThat(((Routing.Hosts) routed).hosts().getFirst().host().port()).isEqualTo(3025);
    }

    @Test
    void neitherFamilyOfAddressesStarves() {
        dns.mx("example.com", 10, "a.example.com");
        dns.address(
                "a.example.com",
                "2a00::1",
                "2a00::2",
                "2a00::3",
                "2a00::4",
                "2a00::5",
                "2a00::6",
                "2a00::7",
                "198.100.0.1");
        for (int i = 0; i < 20; i++) {
            assertThat(hosts(find("example.com"))).hasSize(5).contains("198.100.0.1");
        }
    }

    @Test
    void smartHostsAreTriedInTheirOrder() {
        dns.address("a.example.org", "10.0.0.1").address("c.example.org", "10.0.0.3");
        var route = new Routes(List.of("*=smtps://c.example.org|b.example.org|a.example.org:587"))
                .of("example.com", "a", Optional.empty());
        assertThat(hosts(exchangers().find((Route.SmartHosts) route, ANY))).containsExactly("10.0.0.3", "10.0.0.1");
    }

    @Test
    void anAddressLiteralIsItsOwnHost() {
        assertThat(hosts(find("[198.100.0.9]"))).containsExactly("198.100.0.9");
        assertThat(hosts(find("[ipv6:2a00::5]"))).containsExactly("2a00:0:0:0:0:0:0:5");
        assertThat(status("[127.0.0.1]")).isEqualTo("5.4.4");
    }

    /** Before the first few are chosen: a host that the source cannot reach takes no place among them. */
    @Test
    void onlyWhatTheSourceReachesIsAsked() {
        dns.mx("example.com", 10, "a.example.com").mx("example.com", 20, "b.example.com");
        dns.address("a.example.com", "2a00::1", "2a00::2", "2a00::3", "2a00::4", "2a00::5", "198.100.0.1");
        dns.address("b.example.com", "198.100.0.2");
        assertThat(hosts(exchangers().find("example.com", from("127.0.0.5"))))
                .containsExactly("198.100.0.1", "198.100.0.2");
        assertThat(hosts(exchangers().find("example.com", from("127.0.0.5", "2a00::99"))))
                .hasSize(5);
    }

    @Test
    void aHostThatTheSourceDoesNotReachWaitsForAnother() {
        dns.mx("example.com", 10, "a.example.com").address("a.example.com", "2a00::1");
        assertThat(exchangers().find("example.com", from("127.0.0.5")))
                .isEqualTo(new Routing.Nowhere(
                        "4.4.4", "source s has no address that can speak to any of the hosts there"));
        assertThat(exchangers().find("[198.100.0.9]", from("2a00::99")))
                .isInstanceOfSatisfying(
                        Routing.Nowhere.class, n -> assertThat(n.status()).isEqualTo("4.4.4"));
    }

    private static EgressSource from(String... addresses) {
        return new SourceSettings(
                        "s",
                        List.of(addresses),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())
                .source("milena.example.org");
    }

    private Routing find(String domain) {
        return exchangers().find(domain, ANY);
    }

    private String status(String domain) {
        return ((Routing.Nowhere) find(domain)).status();
    }

    private MailExchangers exchangers() {
        // A generator with a fixed seed: the order of equal hosts is one shuffle.
        return new MailExchangers(dns, new NetworkPolicy(List.of()), new Random(3), 25, "milena.example.org");
    }

    private static List<String> hosts(Routing routing) {
        return ((Routing.Hosts) routing)
                .hosts().stream()
                        .map(candidate -> candidate.host().address())
                        .map(InetAddress::getHostAddress)
                        .toList();
    }
}
