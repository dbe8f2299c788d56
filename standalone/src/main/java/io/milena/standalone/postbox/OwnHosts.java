package io.milena.standalone.postbox;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Lets a request pass only if its Host field names this machine: {@code localhost}, a loopback address or a configured
 * name. Otherwise a foreign page whose name is made to resolve to this machine (DNS rebinding) could read all mail
 * through its visitor's browser. A request that changes something must not come from the page of another origin either.
 */
final class OwnHosts {
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final Set<String> names;

    OwnHosts(Collection<String> names) {
        this.names = names.stream().map(OwnHosts::plain).collect(Collectors.toUnmodifiableSet());
    }

    void check(RoutingContext context) {
        var authority = context.request().authority();
        if (authority == null || !isOwn(plain(authority.host()))) {
            // RFC 9110 §15.5.20
            refuse(
                    context,
                    421,
                    "The inbox answers to localhost only, and to the names of milena.standalone.inbox-hosts.");
        } else if (!READING.contains(context.request().method()) && !isOwnPage(context, authority)) {
            refuse(context, 403, "Pages of another origin must not change the inbox.");
        } else {
            context.next();
        }
    }

    /** Browsers name the page in Origin; programs that are no browser leave the field out. */
    private static boolean isOwnPage(RoutingContext context, HostAndPort authority) {
        var origins = context.request().headers().getAll("Origin");
        return origins.stream().allMatch(origin -> isOf(origin, authority));
    }

    /** The scheme is not compared: a proxy in front may speak TLS. */
    private static boolean isOf(String origin, HostAndPort authority) {
        try {
            var page = new URI(origin);
            return page.getHost() != null
                    && plain(page.getHost()).equals(plain(authority.host()))
                    && page.getPort() == authority.port();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static void refuse(RoutingContext context, int status, String reason) {
        context.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .end(reason + "\n");
    }

    private boolean isOwn(String host) {
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || host.equals("::1")
                || host.matches("127(\\.\\d{1,3}){3}")
                || names.contains(host);
    }

    private static String plain(String host) {
        return host.toLowerCase(Locale.ROOT).replaceAll("^\\[|\\]$|\\.$", "");
    }
}
