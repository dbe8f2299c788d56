package io.milena.delivery.operator.order;

import io.milena.delivery.egress.EgressSource;
import io.milena.delivery.operator.Started;
import io.milena.delivery.route.MailExchangers;
import io.milena.delivery.route.Route;
import io.milena.delivery.route.Routes;
import io.milena.delivery.route.Routing;
import io.milena.delivery.shaping.Shaping;
import io.milena.delivery.shaping.ShapingSource;
import io.milena.delivery.shaping.SiteName;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.function.BiFunction;

/** This replica's knowledge of sites, once it has started. Thread-safe. */
@ApplicationScoped
public class ShapingDesk {
    private final Started<Parts> parts = new Started<>();

    private record Parts(
            ShapingSource source,
            MailExchangers exchangers,
            Routes routes,
            BiFunction<Route, String, SiteName> sites) {}

    /** Call once. {@code sites} finds the site to which a route leads for a domain. */
    public void start(
            ShapingSource source, MailExchangers exchangers, Routes routes, BiFunction<Route, String, SiteName> sites) {
        parts.with(new Parts(source, exchangers, routes, sites));
    }

    /** The route of the domain's mail, unless its account or tag has another one. */
    Route route(String domain) {
        return parts.get().routes().of(domain, "", Optional.empty());
    }

    /** Blocks while DNS is asked. */
    SiteName site(Route route, String domain) {
        return parts.get().sites().apply(route, domain);
    }

    Shaping shaping() {
        return parts.get().source().current();
    }

    /** The hosts that mail for the domain would be tried at now, or why there are none. Blocks while DNS is asked. */
    Routing exchangers(String domain) {
        return parts.get().exchangers().find(domain, EgressSource.unnamed(""));
    }
}
