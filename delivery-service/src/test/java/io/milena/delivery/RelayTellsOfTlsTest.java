package io.milena.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.content.BodyReader;
import io.milena.delivery.content.Contents;
import io.milena.delivery.content.Signatures;
import io.milena.delivery.dns.FakeDns;
import io.milena.delivery.dns.NetworkPolicy;
import io.milena.delivery.egress.EgressSource;
import io.milena.delivery.relay.Line;
import io.milena.delivery.relay.Relay;
import io.milena.delivery.relay.Security;
import io.milena.delivery.relay.SmartHosts;
import io.milena.delivery.remote.BrokenTls;
import io.milena.delivery.remote.Cause;
import io.milena.delivery.remote.NextHop;
import io.milena.delivery.remote.Opening;
import io.milena.delivery.remote.RecipientResult;
import io.milena.delivery.remote.RefusedExtensions;
import io.milena.delivery.remote.SessionSettings;
import io.milena.delivery.remote.Watchdog;
import io.milena.delivery.route.MailExchangers;
import io.milena.delivery.route.Route;
import io.milena.delivery.route.Way;
import io.milena.delivery.site.SiteTest;
import io.milena.delivery.tls.PublishedPolicy;
import io.milena.delivery.tls.TlsClient;
import io.milena.delivery.tls.TlsLevel;
import io.milena.delivery.tls.TlsNeed;
import io.milena.delivery.tls.TlsPolicies;
import io.milena.delivery.tls.Trust;
import io.milena.delivery.tlsreport.TlsSessions;
import io.milena.topics.MailRecord;
import io.milena.topics.kafka.KafkaClients;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The relay reports each connection it opens to an MX host, with the policy that the domain publishes: sessions of a
 * real host without TLS on loopback.
 */
class RelayTellsOfTlsTest {
    private final List<String> told = new ArrayList<>();
    private final FakeDns dns =
            new FakeDns().mx("example.com", 10, "mx.example.com").address("mx.example.com", "127.0.0.1");

    @Test
    void aHostWithoutTlsIsAFailureOfItsDomain() throws Exception {
        relay(TlsLevel.OPPORTUNISTIC, TlsNeed.NONE);
        assertThat(told).containsExactly("example.com no-policy-found starttls-not-supported from 127.0.0.1");
    }

    @Test
    void soItIsWhereTlsIsRequired() throws Exception {
        relay(TlsLevel.REQUIRE, TlsNeed.NONE);
        assertThat(told).containsExactly("example.com no-policy-found refused starttls-not-supported from 127.0.0.1");
    }

    @Test
    void aPolicyThatForbidsTheHostIsOneToo() throws Exception {
        dns.secure("example.com", "mx.example.com");
        relay(TlsLevel.OPPORTUNISTIC, TlsNeed.NONE);
        assertThat(told).containsExactly("example.com tlsa forbidden dnssec-invalid");
    }

    @Test
    void ofMailThatRatherGoesInClearNothingIsTold() throws Exception {
        relay(TlsLevel.OPPORTUNISTIC, new TlsNeed(TlsLevel.OPPORTUNISTIC, false, true));
        assertThat(told).isEmpty();
    }

    /** It could not be reported either: whether the sender's domain takes mail is for the host to judge. */
    @Test
    void mailWhoseSenderTakesNoneIsSentAllTheSame() throws Exception {
        dns.mx("example.org", 0, "");
        assertThat(relay(TlsLevel.OPPORTUNISTIC, TlsNeed.NONE).results())
                .singleElement()
                .isInstanceOfSatisfying(
                        RecipientResult.NotDelivered.class,
                        result -> assertThat(result.cause().said().orElseThrow().quoted())
                                .as("the host's own word")
                                .isEqualTo("550 no"));
    }

    private final class Told implements TlsSessions {
        @Override
        public void opened(String domain, NextHop hop, PublishedPolicy published, Opening.Opened opened) {
            told.add(domain + " " + published.type() + " "
                    + switch (opened) {
                        case Opening.Ready(var session) ->
                            session.security().failure().orElseThrow().type() + " from "
                                    + session.localAddress().getHostAddress();
                        case Opening.Refused(Cause.Insecure cause, var from) ->
                            "refused " + cause.failure().type() + " from "
                                    + from.orElseThrow().getHostAddress();
                        case Opening.Refused refused -> refused.cause().explanation();
                    });
        }

        @Override
        public void forbidden(String domain, PublishedPolicy published, Cause.Insecure cause) {
            told.add(domain + " " + published.type() + " forbidden "
                    + cause.failure().type());
        }
    }

    private Line.Relayed relay(TlsLevel level, TlsNeed need) throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var watchdog = new Watchdog();
                var bodies = new BodyReader(new KafkaClients(Map.of(), Duration.ofDays(1)))) {
            Thread.ofVirtual().start(() -> answer(server));
            int port = server.getLocalPort();
            var second = Duration.ofSeconds(10);
            // These records are asked for only where DNSSEC proves the host.
            dns.silent("_" + port + "._tcp.mx.example.com");
            var relay = new Relay(
                    new MailExchangers(
                            dns, new NetworkPolicy(List.of("127.0.0.0/8")), new Random(1), port, "mta.example.org"),
                    new Security(
                            new TlsPolicies(dns, Optional.empty(), Trust.of(Optional.empty(), "test"), level, Map.of()),
                            new SmartHosts(Map.of())),
                    new Told(),
                    new SessionSettings(
                            second,
                            second,
                            second,
                            second,
                            second,
                            second,
                            new TlsClient(),
                            new BrokenTls(second),
                            new RefusedExtensions(second),
                            watchdog),
                    new Contents(
                            new Signatures((account, domain) -> List.of(), Optional.empty(), Clock.systemUTC()),
                            bodies),
                    Optional.empty(),
                    Clock.systemUTC());
            try (var line = relay.line(new Unobserved())) {
                return line.relay(
                        new Way(new Route.Exchangers(), "example.com", need, EgressSource.unnamed("mta.example.org")),
                        new MailRecord(
                                Envelopes.of(Instant.now(), 0, "a@example.com"),
                                "\r\n".getBytes(StandardCharsets.US_ASCII)),
                        () -> true,
                        SiteTest.LIMITS);
            }
        }
    }

    /** Refuses mail, as late in the session as it can. */
    private static void answer(ServerSocket server) {
        try (var socket = server.accept();
                var lines =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            var out = socket.getOutputStream();
            out.write("220 mx.example.com\r\n".getBytes(StandardCharsets.US_ASCII));
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var reply = line.startsWith("EHLO") ? "250 mx.example.com\r\n" : "550 no\r\n";
                out.write(reply.getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // The other side has hung up, or the test is over.
        }
    }
}
