package io.milena.delivery.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.milena.delivery.remote.NextHop.Protocol;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {
    private final Routes routes = new Routes(List.of(
            "*=relay.example.org",
            "example.com=[::1]:2525",
            ".example.com=smtps://below.example.org",
            "direct.example=mx",
            "account:Acme=lmtp://127.0.0.1:24",
            "tag:Trial=discard"));

    @Test
    void theNarrowestSelectorCounts() {
        assertThat(name("elsewhere.example", "other", null)).isEqualTo("relay.example.org");
        assertThat(name("example.com", "other", null)).isEqualTo("[::1]:2525");
        assertThat(name("a.b.example.com", "other", null)).isEqualTo("smtps://below.example.org");
        assertThat(name("example.com", "Acme", null)).isEqualTo("lmtp://127.0.0.1:24");
        assertThat(routes.of("example.com", "Acme", Optional.of("Trial"))).isEqualTo(new Route.Discard("tag:Trial"));
        assertThat(name("example.com", "Acme", "trial")).isEqualTo("lmtp://127.0.0.1:24");
        assertThat(routes.of("direct.example", "other", Optional.empty())).isEqualTo(new Route.Exchangers());
    }

    @Test
    void eachProtocolHasItsPort() {
        assertThat(hosts("a.example|smtps://b.example|lmtp://c.example|smtp://[2a00::1]:587"))
                .containsExactly(
                        new Route.SmartHost("a.example", 25, Protocol.SMTP),
                        new Route.SmartHost("b.example", 465, Protocol.SMTPS),
                        new Route.SmartHost("c.example", 24, Protocol.LMTP),
                        new Route.SmartHost("2a00::1", 587, Protocol.SMTP));
    }

    @Test
    void withoutARouteTheDomainDecides() {
        assertThat(new Routes(List.of()).of("example.com", "a", Optional.of("t")))
                .isEqualTo(new Route.Exchangers());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com",
                "=a.example",
                "*=",
                "*=a.example:99999",
                "*=http://a.example",
                "*=a.example|",
                "*=a:b:c"
            })
    void whatIsNoRouteIsRefused(String route) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Routes(List.of(route)))
                .withMessageContaining("milena.delivery.routes: " + route);
    }

    private String name(String domain, String account, String tag) {
        return ((Route.SmartHosts) routes.of(domain, account, Optional.ofNullable(tag))).name();
    }

    private static List<Route.SmartHost> hosts(String target) {
        var route = new Routes(List.of("*=" + target)).of("example.com", "a", Optional.empty());
        return ((Route.SmartHosts) route).hosts();
    }
}
