package io.milena.delivery.relay;

import io.milena.delivery.remote.Login;
import io.milena.delivery.tls.TlsLevel;
import io.milena.operator.ConfiguredSecret;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The configuration of single smart hosts, {@code milena.delivery.hosts."NAME".*}: login and TLS level. Immutable. */
public final class SmartHosts {
    private final Map<String, Settings> byName = new HashMap<>();

    /** With a password the default level is VERIFY, so that the password reaches only its host. */
    private record Settings(Optional<Login> login, Optional<TlsLevel> level) {}

    /** An incomplete login is an {@link IllegalArgumentException}. */
    public SmartHosts(Map<String, HostSettings> hosts) {
        hosts.forEach((name, host) -> {
            var login = login(name, host);
            byName.put(
                    name.toLowerCase(Locale.ROOT),
                    new Settings(login, host.tls().or(() -> login.map(present -> TlsLevel.VERIFY))));
        });
    }

    private static Optional<Login> login(String name, HostSettings host) {
        var password = ConfiguredSecret.of(
                "milena.delivery.hosts.\"" + name + "\".password",
                host.password(),
                host.passwordFile().map(Path::of));
        if (host.username().isPresent() != password.isPresent()) {
            throw new IllegalArgumentException(
                    "milena.delivery.hosts.\"" + name + "\": username and password belong together");
        }
        return host.username().map(username -> new Login(username, password.orElseThrow()));
    }

    Optional<Login> login(String host) {
        return Optional.ofNullable(byName.get(host)).flatMap(Settings::login);
    }

    Optional<TlsLevel> level(String host) {
        return Optional.ofNullable(byName.get(host)).flatMap(Settings::level);
    }
}
