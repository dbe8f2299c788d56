package io.milena.delivery.egress;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The configuration of a source, {@code milena.delivery.sources."NAME".*}; a contradiction is an
 * {@link IllegalArgumentException} that names the key and contains no password.
 *
 * @param proxy {@code socks5://HOST:PORT} or {@code haproxy://HOST:PORT}
 * @param password of the proxy
 * @param warmUp its plan, {@code DATE: MESSAGES, …}
 */
public record SourceSettings(
        String name,
        List<String> addresses,
        Optional<String> hostname,
        Optional<String> proxy,
        Optional<String> username,
        Optional<String> password,
        Optional<String> warmUp) {
    private static final Pattern PROXY =
            Pattern.compile("(socks5|haproxy)://(?:\\[([0-9a-fA-F:.%]+)]|([^:/\\[\\]]+)):(\\d{1,5})/?");
    private static final Pattern HOSTNAME = Pattern.compile("[A-Za-z0-9.-]+|\\[[A-Za-z0-9.:]+]");

    private String key() {
        return "milena.delivery.sources.\"" + name + "\"";
    }

    /** {@code usualHostname}: the EHLO name if the source has none of its own. */
    public EgressSource source(String usualHostname) {
        if (!name.matches("[^\\s=,]+")) {
            throw new IllegalArgumentException(key() + " (expected: a name without spaces, = and ,)");
        }
        hostname.filter(text -> !HOSTNAME.matcher(text).matches()).ifPresent(text -> {
            throw new IllegalArgumentException(
                    key() + ".hostname: " + text + " (expected: a host's name, or [ADDRESS])");
        });
        return new EgressSource(
                name, hostname.orElse(usualHostname), exit(Addresses.parse(key() + ".address", addresses)));
    }

    Optional<WarmUpPlan> plan() {
        return warmUp.map(text -> WarmUpPlan.parse(key() + ".warm-up", text));
    }

    private Exit exit(Addresses addresses) {
        if (username.isPresent() != password.isPresent()) {
            throw new IllegalArgumentException(key() + ": proxy-username and proxy-password belong together");
        }
        if (proxy.isEmpty()) {
            if (username.isPresent()) {
                throw new IllegalArgumentException(key() + ".proxy-username: there is no proxy");
            }
            return new Direct(addresses);
        }
        var parts = PROXY.matcher(proxy.get());
        if (!parts.matches() || Integer.parseInt(parts.group(4)) < 1 || Integer.parseInt(parts.group(4)) > 65_535) {
            // The value is left out, since someone may have written the password into it.
            throw new IllegalArgumentException(key() + ".proxy (expected: socks5://HOST:PORT or haproxy://HOST:PORT)");
        }
        var server =
                new Server(parts.group(2) != null ? parts.group(2) : parts.group(3), Integer.parseInt(parts.group(4)));
        return parts.group(1).equals("socks5") ? socks(server, addresses) : haproxy(server, addresses);
    }

    private Exit socks(Server server, Addresses addresses) {
        if (!addresses.isEmpty()) {
            throw new IllegalArgumentException(
                    key() + ".address: a SOCKS5 proxy chooses its address by itself (expected: none)");
        }
        try {
            return new SocksProxy(
                    server, username.map(user -> new SocksProxy.Credentials(user, password.orElseThrow())));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key() + ".proxy-username, proxy-password: " + e.getMessage(), e);
        }
    }

    private Exit haproxy(Server server, Addresses addresses) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException(
                    key() + ".address: the proxy has to be told from which of its addresses to send");
        }
        if (username.isPresent()) {
            throw new IllegalArgumentException(key() + ".proxy-username: HAProxy knows no login");
        }
        return new ProxyProtocol(server, addresses);
    }

    /** Leaves the password out: a secret never reaches a log. */
    @Override
    public String toString() {
        return "SourceSettings[" + name + "]";
    }
}
