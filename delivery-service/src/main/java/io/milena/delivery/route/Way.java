package io.milena.delivery.route;

import io.milena.delivery.egress.EgressSource;
import io.milena.delivery.tls.TlsNeed;

/**
 * What mail has in common that can go over the same connections: its route, the recipients' domain unless the route leads to fixed hosts, what it
 * asks of TLS, and whence it is sent. A value.
 */
public record Way(Route route, String domain, TlsNeed need, EgressSource source) {
    static Way of(Route route, String domain, TlsNeed need, EgressSource source) {
        return new Way(route, route instanceof Route.Exchangers ? domain : "", need, source);
    }

    /** For logs. */
    public String name() {
        var name = destination(route, domain);
        return name
                + (need.toString().isEmpty() ? "" : " (" + need + ")")
                + source.name().map(from -> " from " + from).orElse("");
    }

    /** Where mail of a route goes: to the domain, or to what the route is called. */
    public static String destination(Route route, String domain) {
        return switch (route) {
            case Route.Exchangers exchangers -> domain;
            case Route.SmartHosts hosts -> hosts.name();
            case Route.Discard discard -> discard.name();
        };
    }
}
