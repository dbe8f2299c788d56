package io.milena.delivery.site;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.dns.FakeDns;
import io.milena.delivery.dns.NetworkPolicy;
import io.milena.delivery.egress.EgressSource;
import io.milena.delivery.egress.SourceSettings;
import io.milena.delivery.order.GivenOrders;
import io.milena.delivery.order.Order;
import io.milena.delivery.order.Selector;
import io.milena.delivery.route.MailExchangers;
import io.milena.delivery.route.Route;
import io.milena.delivery.route.Way;
import io.milena.delivery.shaping.Rate;
import io.milena.delivery.shaping.ShapingSource;
import io.milena.delivery.tls.TlsLevel;
import io.milena.delivery.tls.TlsNeed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail to equal hosts from one source is limited together, and no other mail is. */
class SitesTest {
    private final GivenOrders orders = new GivenOrders();
    private final FakeDns dns =
            new FakeDns().mx("one.example", 10, "mx.example.com").mx("two.example", 10, "mx.example.com");

    @Test
    void eachSourceHasItsOwnLimitsAtASite(@TempDir Path directory) throws IOException {
        var file = directory.resolve("shaping.yaml");
        Files.writeString(file, """
                sites:
                  example:
                    mx: [mx.example.com]
                    connections: 9
                    sources:
                      slow: {connections: 2}
                """);
        var sites = sites(file);

        var slow = sites.of(way("one.example", source("slow")));
        assertThat(slow.limits().connections()).isEqualTo(2);
        assertThat(sites.of(way("two.example", source("slow")))).isSameAs(slow);
        var other = sites.of(way("one.example", source("other")));
        assertThat(other).isNotSameAs(slow);
        assertThat(other.limits().connections()).isEqualTo(9);
        assertThat(sites.of(way("one.example", EgressSource.unnamed("mta.example.org"))))
                .isNotIn(slow, other);
    }

    @Test
    void theShareOfAllMailIsThatOfThePartitions(@TempDir Path directory) throws IOException {
        var file = Files.writeString(directory.resolve("shaping.yaml"), "defaults: {connections: 9}\n");
        var sites = sites(file);
        assertThat(sites.share()).isZero();
        sites.own(Set.of(0, 3, 5), 12);
        assertThat(sites.share()).isEqualTo(0.25);
    }

    @Test
    void whatIsOrderedForASiteHoldsThereUntilItIsWithdrawn(@TempDir Path directory) throws IOException {
        var file = Files.writeString(directory.resolve("shaping.yaml"), "defaults: {connections: 9}\n");
        var sites = sites(file);
        var here = sites.of(way("one.example", source("a")));
        var there = sites.of(way("one.example", source("b")));
        orders.give(order(Order.Action.RATE, here.name().name(), "a", "5/min"));
        orders.give(order(Order.Action.TLS, here.name().name(), "a", "off"));
        sites.look();
        assertThat(here.limits().messages()).contains(Rate.parse("5/min"));
        assertThat(here.limits().tls()).isEqualTo(TlsLevel.OFF);
        assertThat(there.limits().messages()).isEmpty();
        orders.withdrawAll();
        sites.look();
        assertThat(here.limits()).isEqualTo(there.limits());
    }

    private static Order order(Order.Action action, String site, String source, String value) {
        return new Order(
                action.word(),
                action,
                Selector.at(site, Optional.of(source), Optional.empty()),
                Optional.of(value),
                "a test",
                "me",
                Instant.EPOCH,
                Optional.empty());
    }

    private Sites sites(Path shaping) {
        return new Sites(
                new ShapingSource(Optional.of(shaping)),
                new MailExchangers(dns, new NetworkPolicy(List.of()), new Random(1), 25, "mta.example.org"),
                orders,
                new SuspendSettings() {
                    @Override
                    public Duration first() {
                        return Duration.ofSeconds(1);
                    }

                    @Override
                    public Duration max() {
                        return Duration.ofSeconds(2);
                    }
                });
    }

    private static Way way(String domain, EgressSource source) {
        return new Way(new Route.Exchangers(), domain, new TlsNeed(TlsLevel.OPPORTUNISTIC, false, false), source);
    }

    private static EgressSource source(String name) {
        return new SourceSettings(
                        name,
                        List.of("127.0.0.5"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())
                .source("mta.example.org");
    }
}
