package io.milena.delivery.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.shaping.ShapingSource;
import io.milena.delivery.tlsreport.SteppedClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Orders that rules give after certain replies of hosts. */
class AutomationTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final String RULES = """
            sites:
              big: {mx: ["*.big.example"]}
            rules:
              slow-down:
                sites: [big]
                reply: '^421 4\\.7\\.28'
                after: 3/h
                do: rate 10/min
                for: 30m
              tenant:
                reply: 'complaints'
                do: suspend account
                for: 2h
            """;

    private final SteppedClock clock = new SteppedClock(NOON.toString());
    private final List<Order> given = new ArrayList<>();

    @TempDir
    private Path directory;

    private Automation automation;

    @BeforeEach
    void read() throws IOException {
        var file = directory.resolve("shaping.yaml");
        Files.writeString(file, RULES);
        var rules = new ShapingSource(Optional.of(file)).current().rules();
        automation = new Automation(
                () -> rules,
                id -> given.stream().anyMatch(order -> order.id().equals(id) && order.holdsAt(clock.instant())),
                given::add,
                clock);
    }

    private void hear(String site, String account, String said) {
        automation.hear(site, Optional.empty(), account, said);
    }

    @Test
    void whatIsSaidOftenEnoughInItsTimeIsActedOn() {
        hear("big", "a", "421 4.7.28 slow down");
        clock.goOn(Duration.ofMinutes(50));
        hear("big", "b", "421 4.7.28 slow down");
        clock.goOn(Duration.ofMinutes(20));
        hear("big", "a", "421 4.7.28 slow down");
        assertThat(given).isEmpty();
        clock.goOn(Duration.ofMinutes(1));
        hear("big", "a", "421 4.7.28 slow down");
        assertThat(given).singleElement().satisfies(order -> {
            assertThat(order.action()).isEqualTo(Order.Action.RATE);
            assertThat(order.value()).contains("10/min");
            assertThat(order.selector()).isEqualTo(Selector.at("big", Optional.empty(), Optional.empty()));
            assertThat(order.reason()).isEqualTo("421 4.7.28 slow down");
            assertThat(order.by()).isEqualTo("rule slow-down");
            assertThat(order.until()).contains(clock.instant().plus(Duration.ofMinutes(30)));
        });
    }

    @Test
    void anAccountIsSuspendedAtThatSiteAlone() {
        hear("small.example", "a", "550 too many complaints");
        assertThat(given).singleElement().satisfies(order -> {
            assertThat(order.action()).isEqualTo(Order.Action.SUSPEND);
            assertThat(order.selector()).isEqualTo(Selector.at("small.example", Optional.empty(), Optional.of("a")));
        });
    }

    @Test
    void whatHoldsAlreadyIsNotOrderedAgainUntilItIsOver() {
        hear("small.example", "a", "550 too many complaints");
        hear("small.example", "a", "550 too many complaints");
        hear("small.example", "b", "550 too many complaints");
        assertThat(given).hasSize(2);
        clock.goOn(Duration.ofHours(3));
        hear("small.example", "a", "550 too many complaints");
        assertThat(given).hasSize(3);
    }

    @Test
    void anotherSiteSaysTheSameInVain() {
        for (int i = 0; i < 10; i++) {
            hear("small.example", "a", "421 4.7.28 slow down");
        }
        assertThat(given).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            google    | 3  | suspend | 421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your IP address. | google-unusual-rate
            microsoft | 3  | rate    | 451 4.7.500 Server busy. Please try again later from [198.51.100.1]. (S77714)                        | microsoft-throttled
            microsoft | 5  | suspend | 550 5.7.1 Unfortunately, messages from [198.51.100.1] weren't sent. (S3150)                        | microsoft-blocked
            yahoo     | 1  | suspend | 421 4.7.0 [TSS04] Messages from 198.51.100.1 temporarily deferred due to unexpected volume          | yahoo-deferred
            comcast   | 3  | rate    | 421 imta01 comcast Too many sessions opened RL000001                                                | comcast-throttled
            """)
    void whatLargeProvidersSayIsUnderstood(String site, int times, String action, String said, String rule) {
        var shipped = new ShapingSource(Optional.empty()).current().rules();
        var own = new Automation(() -> shipped, id -> false, given::add, clock);
        for (int i = 0; i < times; i++) {
            assertThat(given).isEmpty();
            own.hear(site, Optional.empty(), "a", said);
        }
        assertThat(given).singleElement().satisfies(order -> {
            assertThat(order.by()).isEqualTo("rule " + rule);
            assertThat(order.action().word()).isEqualTo(action);
        });
    }
}
