package io.milena.delivery.route;

import io.milena.delivery.remote.NextHop;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The configured routes, {@code selector=target|target}: by header tag ({@code tag:NAME}), by account
 * ({@code account:ID}), by the recipient's domain, a domain above it ({@code .example.com}) or {@code *}, searched in
 * this order. Immutable.
 */
public final class Routes {
    // [smtp|smtps|lmtp://]host[:port]; the host may be an IPv6 address in brackets.
    private static final Pattern TARGET =
            Pattern.compile("(?:(smtp|smtps|lmtp)://)?(\\[[0-9a-fA-F:.]+]|[^:/|\\[\\]\\s]+)(?::(\\d{1,5}))?");

    private static final Route EXCHANGERS = new Route.Exchangers();

    private final Map<String, Route> bySelector = new HashMap<>();
    private final boolean byTag;

    /** A bad route is an {@link IllegalArgumentException}. */
    public Routes(List<String> routes) {
        for (var route : routes) {
            int equals = route.indexOf('=');
            if (equals < 1) {
                throw none(route);
            }
            var selector = route.substring(0, equals).strip();
            // An account's id and a tag keep their case; a domain is in lower case.
            var key = selector.startsWith("tag:") || selector.startsWith("account:")
                    ? selector
                    : selector.toLowerCase(Locale.ROOT);
            bySelector.put(key, target(route.substring(equals + 1).strip(), route));
        }
        this.byTag = bySelector.keySet().stream().anyMatch(selector -> selector.startsWith("tag:"));
    }

    /** A target alone, as in an order; a bad one is an {@link IllegalArgumentException}. */
    public static Route target(String text) {
        return target(text, "*=" + text);
    }

    private static Route target(String text, String route) {
        if (text.equals("mx")) {
            return EXCHANGERS;
        }
        if (text.equals("discard")) {
            return new Route.Discard(route.substring(0, route.indexOf('=')));
        }
        return new Route.SmartHosts(
                text,
                Arrays.stream(text.split("\\|", -1))
                        .map(host -> host(host.strip(), route))
                        .toList());
    }

    private static Route.SmartHost host(String text, String route) {
        var target = TARGET.matcher(text);
        if (!target.matches()) {
            throw none(route);
        }
        var protocol = Optional.ofNullable(target.group(1))
                .map(scheme -> NextHop.Protocol.valueOf(scheme.toUpperCase(Locale.ROOT)))
                .orElse(NextHop.Protocol.SMTP);
        var port = target.group(3) == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(target.group(3)));
        if (port.orElse(1) < 1 || port.orElse(1) > 65_535) {
            throw none(route);
        }
        return new Route.SmartHost(
                target.group(2).replaceAll("^\\[|]$", "").toLowerCase(Locale.ROOT),
                port.orElse(usualPort(protocol)),
                protocol);
    }

    private static int usualPort(NextHop.Protocol protocol) {
        return switch (protocol) {
            case SMTP -> 25;
            case SMTPS -> 465;
            case LMTP -> 24;
        };
    }

    private static IllegalArgumentException none(String route) {
        return new IllegalArgumentException("milena.delivery.routes: " + route
                + " (expected: DOMAIN, .DOMAIN, *, account:ID or tag:NAME, then = and mx, discard, or"
                + " [smtp://|smtps://|lmtp://]HOST[:PORT], several of them separated by |)");
    }

    /** Whether any route depends on a message's tag. */
    public boolean byTag() {
        return byTag;
    }

    /** The route for mail of an account to a domain. */
    public Route of(String domain, String account, Optional<String> tag) {
        return tag.flatMap(name -> found("tag:" + name))
                .or(() -> found("account:" + account))
                .or(() -> found(domain))
                .or(() -> above(domain))
                .or(() -> found("*"))
                .orElse(EXCHANGERS);
    }

    private Optional<Route> above(String domain) {
        for (int dot = domain.indexOf('.'); dot > 0; dot = domain.indexOf('.', dot + 1)) {
            var found = found(domain.substring(dot));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<Route> found(String selector) {
        return Optional.ofNullable(bySelector.get(selector));
    }
}
