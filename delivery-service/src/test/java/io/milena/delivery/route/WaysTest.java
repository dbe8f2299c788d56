package io.milena.delivery.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.Envelopes;
import io.milena.delivery.egress.Blocks;
import io.milena.delivery.egress.Pools;
import io.milena.delivery.egress.SourceSettings;
import io.milena.delivery.order.GivenOrders;
import io.milena.delivery.order.Order;
import io.milena.delivery.order.Selector;
import io.milena.topics.MailRecord;
import io.milena.topics.Wishes;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which mail shares a way, by the source that it is sent from. No account is known. */
class WaysTest {
    private static final GivenOrders ORDERS = new GivenOrders();

    @Test
    void mailOfDifferentSourcesTakesDifferentWays() {
        var byAccount = ways("", Blocks.NONE, "account:account=b");
        assertThat(open(byAccount, "X-Milena-Tag: bulk\r\n\r\n").source().name())
                .contains("b");

        var ways = ways("", Blocks.NONE, "tag:bulk=b", "account:another=b");
        var plain = open(ways, "Subject: x\r\n\r\n");
        var bulk = open(ways, "X-Milena-Tag: bulk\r\n\r\n");

        assertThat(plain.source().name()).contains("a");
        assertThat(plain.name()).isEqualTo("example.com from a");
        assertThat(bulk.source().name()).contains("b");
        assertThat(bulk).isNotEqualTo(plain);
        assertThat(open(ways, "\r\n")).isEqualTo(plain);
    }

    @Test
    void aRouteIsBlockedByItsName() {
        Blocks blocks = (source, destination) -> !(source.equals("a") && destination.equals("relay.example.org"));
        var blocked = ways("*=relay.example.org", blocks);
        assertThat(blocked.choose(mail("\r\n"))).isInstanceOfSatisfying(Ways.Blocked.class, shut -> {
            assertThat(shut.why().explanation()).isEqualTo("pool:a may not send to relay.example.org");
            assertThat(shut.howLong()).isEqualTo(Duration.ofHours(24));
        });
        assertThat(open(ways("", blocks), "\r\n").source().name()).contains("a");
    }

    @Test
    void mailThatNoSourceMaySendWaitsForTheEndOfAnOrder() {
        var ways = ways("", (source, destination) -> false);
        try {
            ORDERS.give(suspend("a", Optional.empty()));
            ORDERS.give(suspend("b", Optional.of(Instant.now().plus(Duration.ofHours(3)))));
            ORDERS.give(suspend("new", Optional.of(Instant.now().plus(Duration.ofHours(5)))));
            assertThat(ways.choose(mail("\r\n")))
                    .isInstanceOfSatisfying(
                            Ways.Blocked.class,
                            shut -> assertThat(shut.howLong()).isBetween(Duration.ofMinutes(179), Duration.ofHours(3)));
        } finally {
            ORDERS.withdrawAll();
        }
    }

    private static Order suspend(String source, Optional<Instant> until) {
        return new Order(
                source,
                Order.Action.SUSPEND,
                Selector.at("mx.example.com", Optional.of(source), Optional.empty()),
                Optional.empty(),
                "a test",
                "me",
                Instant.EPOCH,
                until);
    }

    @Test
    void mailWaitsForItsTurnAtASourceThatIsBeingWarmedUp() {
        var ways = ways("", Blocks.NONE, "tag:new=new");
        var mail = "X-Milena-Tag: new\r\n\r\n";
        var first = open(ways, mail);
        assertThat(ways.choose(mail(mail))).isInstanceOfSatisfying(Ways.Shut.class, shut -> {
            assertThat(shut.why().explanation()).contains("pool:new is being warmed up");
            assertThat(shut.turn()).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
        });
        ways.giveBack(first);
        assertThat(open(ways, mail)).isEqualTo(first);
    }

    @Test
    void anOrderRebindsMailToAnotherRoutePoolOrSource() {
        var ways = ways("", Blocks.NONE);
        try {
            ORDERS.give(rebind("tag", "news", "pool:b"));
            ORDERS.give(rebind("domain", "example.com", "relay.example.org:2525"));
            assertThat(open(ways, "\r\n").route()).isInstanceOf(Route.SmartHosts.class);
            ORDERS.withdrawAll();
            ORDERS.give(rebind("tag", "news", "pool:b"));
            assertThat(open(ways, "X-Milena-Tag: news\r\n\r\n").source().name()).contains("b");
            assertThat(open(ways, "\r\n").source().name()).contains("a");
            ORDERS.withdrawAll();
            ORDERS.give(rebind("domain", "example.com", "source:b"));
            assertThat(open(ways, "\r\n").source().name()).contains("b");
        } finally {
            ORDERS.withdrawAll();
        }
    }

    private static Order rebind(String what, String value, String target) {
        return new Order(
                what,
                Order.Action.REBIND,
                new Selector(
                        Optional.empty(),
                        Optional.empty(),
                        what.equals("domain") ? Optional.of(value) : Optional.empty(),
                        Optional.empty(),
                        what.equals("tag") ? Optional.of(value) : Optional.empty(),
                        Optional.empty()),
                Optional.of(target),
                "a test",
                "me",
                Instant.EPOCH,
                Optional.empty());
    }

    @Test
    void aTagIsReadFromTheEnvelopeOrFromMailOfAVersionBefore() {
        var plain = mail("X-Milena-Tag: old\r\n\r\n");
        assertThat(Ways.tag(plain)).contains("old");
        assertThat(Ways.tag(new MailRecord(
                        plain.envelope().withWishes(Wishes.NONE.withTag(Optional.of("new"))), plain.content())))
                .contains("new");
        assertThat(Ways.tag(mail("\r\n"))).isEmpty();
    }

    private static Way open(Ways ways, String header) {
        return ((Ways.Open) ways.choose(mail(header))).way();
    }

    private static MailRecord mail(String header) {
        return new MailRecord(
                Envelopes.withHeader(header.length(), "a@example.com"), header.getBytes(StandardCharsets.US_ASCII));
    }

    private static Ways ways(String route, Blocks blocks, String... poolOf) {
        var today = Instant.now().toString().substring(0, 10);
        var settings = new Pools.Settings(
                List.of(
                        source("a", Optional.empty()),
                        source("b", Optional.empty()),
                        source("new", Optional.of(today + ": 1, 1"))),
                Map.of("a", "a", "b", "b", "new", "new"),
                Optional.of("a"),
                List.of(poolOf));
        return new Ways(
                new Routes(route.isEmpty() ? List.of() : List.of(route)),
                new Pools(settings, "mta.example.org", blocks, () -> 1, Clock.systemUTC()),
                ORDERS,
                domain -> "",
                id -> Optional.empty(),
                Clock.systemUTC());
    }

    private static SourceSettings source(String name, Optional<String> plan) {
        return new SourceSettings(
                name,
                List.of("127.0.0.5"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                plan);
    }
}
