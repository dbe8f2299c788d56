package io.milena.standalone.postbox;

import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Lets a request pass only if its Host field names this machine: {@code localhost}, a loopback address or a configured
 * name. Otherwise a foreign page whose name is made to resolve to this machine (DNS rebinding) could read all mail
 * through its visitor's browser.
 */
final class OwnHosts {
    private final Set<String> names;

    OwnHosts(Collection<String> names) {
        this.names = names.stream().map(OwnHosts::plain).collect(Collectors.toUnmodifiableSet());
    }

    void check(RoutingContext context) {
        var authority = context.request().authority();
        if (authority != null && isOwn(plain(authority.host()))) {
            context.next();
        } else {
            // RFC 9110 §15.5.20
            context.response()
                    .setStatusCode(421)
                    .putHeader("Content-Type", "text/plain; charset=utf-8")
                    .end("The inbox answers to localhost only, and to the names of milena.standalone.inbox-hosts.\n");
        }
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
