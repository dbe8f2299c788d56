package io.milena.delivery.route;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The configured smart hosts: {@code domain=host:port}, {@code *} for every other domain. Immutable. */
public final class Routes {
    private final Map<String, SmartHost> byDomain = new HashMap<>();

    /** A fixed next hop. */
    public record SmartHost(String host, int port) {}

    /** Each {@code domain=host:port}; one that is none is an {@link IllegalArgumentException}. */
    public Routes(List<String> routes) {
        for (var route : routes) {
            int equals = route.indexOf('=');
            int colon = route.lastIndexOf(':');
            if (equals < 1 || colon < equals + 2 || !route.substring(colon + 1).matches("\\d{1,5}")) {
                throw new IllegalArgumentException(
                        "milena.delivery.routes: " + route + " (expected: domain=host:port)");
            }
            var host = route.substring(equals + 1, colon).replaceAll("^\\[|\\]$", "");
            byDomain.put(
                    route.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                    new SmartHost(host, Integer.parseInt(route.substring(colon + 1))));
        }
    }

    public Optional<SmartHost> forDomain(String domain) {
        return Optional.ofNullable(byDomain.getOrDefault(domain, byDomain.get("*")));
    }
}
