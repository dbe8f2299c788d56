package io.milena.delivery;

import io.milena.delivery.route.Route;
import io.milena.delivery.tls.TlsNeed;

/**
 * What mail has in common that can go over the same connections: its route, the recipients' domain unless the route leads to fixed hosts, and what it
 * asks of TLS. A value.
 */
record Way(Route route, String domain, TlsNeed need) {
    static Way of(Route route, String domain, TlsNeed need) {
        return new Way(route, route instanceof Route.Exchangers ? domain : "", need);
    }

    /** For logs. */
    String name() {
        var name =
                switch (route) {
                    case Route.Exchangers exchangers -> domain;
                    case Route.SmartHosts hosts -> hosts.name();
                    case Route.Discard discard -> discard.name();
                };
        return need.toString().isEmpty() ? name : name + " (" + need + ")";
    }
}
