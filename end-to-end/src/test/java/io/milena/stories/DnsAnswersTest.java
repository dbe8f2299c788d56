package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.dns.Dns;
import io.milena.delivery.dns.DnsResolver;
import io.milena.delivery.dns.DnsSettings;
import io.milena.delivery.dns.Dnssec;
import io.milena.testing.FakeDns;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The resolver's handling of each kind of answer, over a real name server on loopback. */
class DnsAnswersTest {
    private FakeDns dns;

    private record Settings(
            Optional<List<String>> servers,
            Duration maxTtl,
            Duration negativeTtl,
            Duration timeout,
            Dnssec dnssec,
            Optional<List<String>> trustAnchors)
            implements DnsSettings {}

    @BeforeEach
    void serve() throws IOException {
        dns = FakeDns.start();
    }

    @AfterEach
    void end() throws IOException {
        dns.close();
    }

    @Test
    void aNameThatIsNotThereIsAnotherThingThanOneWithoutRecords() {
        dns.txt("text.test", "x");
        assertThat(resolver().mailExchangers("nowhere.test")).isInstanceOf(Dns.NoSuchName.class);
        assertThat(resolver().mailExchangers("text.test")).isInstanceOf(Dns.NoRecords.class);
        assertThat(resolver().addresses("text.test")).isInstanceOf(Dns.NoRecords.class);
        assertThat(resolver().mailExchangers("..")).isInstanceOf(Dns.NoSuchName.class);
        assertThat(resolver().mailExchangers("a".repeat(64) + ".test")).isInstanceOf(Dns.NoSuchName.class);
    }

    @Test
    void aBrokenNameIsNoAnswerAndIsAskedAgainOnlyAfterAWhile() {
        dns.breakName("broken.test");
        var resolver = resolver();
        assertThat(resolver.mailExchangers("broken.test")).isInstanceOf(Dns.NoAnswer.class);
        int asked = dns.questions("broken.test", "MX");
        assertThat(resolver.mailExchangers("broken.test")).isInstanceOf(Dns.NoAnswer.class);
        assertThat(dns.questions("broken.test", "MX")).isEqualTo(asked);
    }

    @Test
    void aNullMxHasNoHost() {
        dns.nullMx("null.test");
        assertThat(resolver().mailExchangers("null.test"))
                .isInstanceOfSatisfying(
                        Dns.Records.class,
                        found -> assertThat(found.records().toString()).isEqualTo("[Exchanger[preference=0, host=]]"));
    }

    @Test
    void whatIsTooLargeForADatagramComesOverTcp() {
        for (int i = 0; i < 100; i++) {
            dns.mx("large.test", i, "a-rather-long-name-of-a-mail-exchanger-" + i + ".large.test");
        }
        assertThat(resolver().mailExchangers("large.test"))
                .isInstanceOfSatisfying(
                        Dns.Records.class, found -> assertThat(found.records()).hasSize(100));
    }

    @Test
    void aliasesAreFollowedAndLoopsEnd() {
        dns.cname("one.test", "two.test").cname("two.test", "three.test").address("three.test", "127.0.1.7");
        dns.cname("round.test", "about.test").cname("about.test", "round.test");
        assertThat(resolver().addresses("one.test")).isInstanceOfSatisfying(Dns.Records.class, found -> {
            assertThat(found.records().toString()).contains("127.0.1.7");
            assertThat(found.owner()).isEqualTo("three.test");
        });
        assertThat(resolver().addresses("round.test")).isNotInstanceOf(Dns.Records.class);
    }

    @Test
    void bothFamiliesComeInTurn() {
        dns.address("both.test", "127.0.1.1").address("both.test", "127.0.1.2").address("both.test", "::1");
        assertThat(resolver().addresses("both.test"))
                .isInstanceOfSatisfying(
                        Dns.Records.class,
                        found -> assertThat(((InetAddress) found.records().getFirst()).getHostAddress())
                                .isEqualTo("0:0:0:0:0:0:0:1"));
    }

    @Test
    void aSilentServerIsPassedOver() throws IOException {
        dns.mx("example.test", 10, "mx.example.test");
        try (var silent = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            var resolver = resolver(Duration.ofSeconds(10), "127.0.0.1:" + silent.getLocalPort(), dns.endpoint());
            assertThat(resolver.mailExchangers("example.test")).isInstanceOf(Dns.Records.class);
            var alone = resolver(Duration.ofSeconds(1), "127.0.0.1:" + silent.getLocalPort());
            assertThat(alone.mailExchangers("example.test")).isInstanceOf(Dns.NoAnswer.class);
        }
    }

    @Test
    void oneQuestionIsAskedOnceHoweverManyWantToKnow() throws Exception {
        dns.mx("popular.test", 10, "mx.popular.test");
        var resolver = resolver();
        Callable<Dns.Answer<Dns.Exchanger>> question = () -> resolver.mailExchangers("Popular.TEST");
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var answer : executor.invokeAll(
                    IntStream.range(0, 50).mapToObj(i -> question).toList())) {
                assertThat(answer.get()).isInstanceOf(Dns.Records.class);
            }
        }
        assertThat(resolver.mailExchangers("popular.test")).isInstanceOf(Dns.Records.class);
        assertThat(dns.questions("popular.test", "MX")).isEqualTo(1);
    }

    @Test
    void nothingIsBelievedForLongerThanConfigured() {
        dns.mx("brief.test", 10, "mx.brief.test");
        var resolver = new DnsResolver(new Settings(
                Optional.of(List.of(dns.endpoint())),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofSeconds(10),
                Dnssec.OFF,
                Optional.empty()));
        Stream.of("brief.test", "nowhere.test").forEach(name -> {
            resolver.mailExchangers(name);
            resolver.mailExchangers(name);
            assertThat(dns.questions(name, "MX")).isEqualTo(2);
        });
    }

    @Test
    void theAdBitIsBelievedWhereTheServerIsTrusted() {
        dns.mx("proved.test", 10, "mx.proved.test").prove("proved.test");
        assertThat(secure(resolver())).isFalse();
        assertThat(secure(new DnsResolver(settings(Duration.ofSeconds(10), Dnssec.TRUST, dns.endpoint()))))
                .isTrue();
    }

    private static boolean secure(Dns dns) {
        return ((Dns.Records<Dns.Exchanger>) dns.mailExchangers("proved.test")).secure();
    }

    private DnsResolver resolver() {
        return resolver(Duration.ofSeconds(10), dns.endpoint());
    }

    private static DnsResolver resolver(Duration timeout, String... servers) {
        return new DnsResolver(settings(timeout, Dnssec.OFF, servers));
    }

    private static DnsSettings settings(Duration timeout, Dnssec dnssec, String... servers) {
        return new Settings(
                Optional.of(List.of(servers)),
                Duration.ofHours(1),
                Duration.ofMinutes(5),
                timeout,
                dnssec,
                Optional.empty());
    }
}
