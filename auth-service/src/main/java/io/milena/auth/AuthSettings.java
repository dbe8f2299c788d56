package io.milena.auth;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code milena.*}: what an operator sets for auth-service. */
@ConfigMapping(prefix = "milena")
public interface AuthSettings {
    /** Name of this installation's mail hosts; appears in the DNS records that a domain is told to publish. */
    Optional<String> hostname();

    /** Domain of the return addresses; where it belongs to a sending domain, that one is told to publish its MX. */
    Optional<String> returnDomain();

    Auth auth();

    Bootstrap bootstrap();

    Domains domains();

    Dns dns();

    Oidc oidc();

    /** {@code milena.auth.*} */
    interface Auth {
        /** What ingest presents to have a login verified. Without it every such request is refused. */
        Optional<String> serviceToken();

        /** Password hashes computed at a time: each keeps a core busy for tens of milliseconds and holds 19 MiB. */
        @WithDefault("2")
        int hashThreads();
    }

    /** {@code milena.bootstrap.*} */
    interface Bootstrap {
        /** API key of the account {@code default}, made when there is no account yet; 20 characters or more. */
        Optional<String> apiKey();

        /** The same as a file, for mounted secrets. */
        Optional<Path> apiKeyFile();
    }

    /** {@code milena.domains.*} */
    interface Domains {
        /** Whether an account has to prove by a TXT record that a domain is its own before it may send for it, and its DKIM keys wait for their records. */
        @WithDefault("required")
        Verification verification();
    }

    /** {@code milena.dns.*} */
    interface Dns {
        /** DNS servers, {@code host:port,…}; the system's where none is given. */
        Optional<List<String>> servers();
    }

    /** {@code milena.oidc.*} */
    interface Oidc {
        /** URL of the identity provider whose access tokens log in; auth-service verifies them. */
        Optional<String> issuer();

        /** What a token has to be meant for (its {@code aud}): a name that access tokens for Milena alone have. */
        @WithDefault("milena")
        String audience();

        /** The claim that is a credential's user name; {@code email} counts only with {@code email_verified}. */
        @WithDefault("email")
        String usernameClaim();

        /** Where the provider's keys are, if its discovery document is not to be asked. */
        Optional<String> jwksUrl();
    }

    /** How a domain becomes verified. */
    enum Verification {
        REQUIRED,
        OFF;

        public boolean isOff() {
            return this == OFF;
        }
    }
}
