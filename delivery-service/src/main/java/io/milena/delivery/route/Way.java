package io.milena.delivery.route;

import io.milena.delivery.egress.EgressSource;
import io.milena.delivery.tls.TlsNeed;

/**
 * The common properties of mail that can share connections: its route, the recipients' domain unless the route leads to
 * fixed hosts, its TLS requirements, and its source. Immutable.
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

    /** The destination of a route: the domain, or the route's name. */
    public static String destination(Route route, String domain) {
        return switch (route) {
            case Route.Exchangers exchangers -> domain;
            case Route.SmartHosts hosts -> hosts.name();
            case Route.Discard discard -> discard.name();
        };
    }
}
