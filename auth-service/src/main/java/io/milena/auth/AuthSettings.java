package io.milena.auth;

import io.milena.auth.domain.DnsSettings;
import io.milena.auth.domain.DomainSettings;
import io.milena.auth.store.BootstrapSettings;
import io.milena.auth.token.OidcSettings;
import io.milena.topics.KeyEncryptionSettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** {@code milena.*}: the settings of auth-service. {@link AuthParts} hands each room its own. */
@ConfigMapping(prefix = "milena")
public interface AuthSettings {
    /** Name of this installation's mail hosts; appears in the DNS records that a domain is told to publish. */
    Optional<String> hostname();

    /** Domain of the return addresses; where it belongs to a sending domain, that one is told to publish its MX. */
    Optional<String> returnDomain();

    Auth auth();

    BootstrapSettings bootstrap();

    DomainSettings domains();

    KeyEncryptionSettings keys();

    DnsSettings dns();

    OidcSettings oidc();

    /** {@code milena.auth.*} */
    interface Auth {
        /** The token that ingest presents to have a login verified. Without it every such request is refused. */
        Optional<String> serviceToken();

        /** Password hashes computed at a time: each keeps a core busy for tens of milliseconds and holds 19 MiB. */
        @WithDefault("2")
        int hashThreads();
    }
}
