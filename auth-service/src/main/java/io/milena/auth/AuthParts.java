package io.milena.auth;

import io.milena.auth.domain.DomainSettings;
import io.milena.auth.domain.PublishedRecords;
import io.milena.auth.domain.TxtLookup;
import io.milena.auth.secret.PasswordHashing;
import io.milena.auth.store.BootstrapSettings;
import io.milena.auth.token.AccessTokens;
import io.milena.auth.token.IdentityTokens;
import io.milena.operator.ConfiguredSecret;
import io.milena.topics.KeyEncryption;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/** Makes the parts that settings shape, and hands rooms their own settings: none of them knows {@link AuthSettings}. */
// All are proxies: REST filters are made at build time, before there are settings.
@ApplicationScoped
class AuthParts {
    private static final String NO_KEY = KeyEncryption.SETTING
            + " is not set: the private DKIM keys of domains are stored encrypted. Set it, or " + KeyEncryption.SETTING
            + "-file, here and in delivery-service to ID:KEY with a key of your own (for instance k1: and the output of"
            + " openssl rand -base64 32), or to none to store them in clear";

    private final AuthSettings settings;

    AuthParts(AuthSettings settings) {
        this.settings = settings;
    }

    @Produces
    @ApplicationScoped
    PasswordHashing passwords() {
        return new PasswordHashing(settings.auth().hashThreads());
    }

    void close(@Disposes PasswordHashing passwords) {
        passwords.close();
    }

    @Produces
    @ApplicationScoped
    AccessTokens accessTokens() {
        return new AccessTokens(
                ConfiguredSecret.of("milena.auth.service-token", settings.auth().serviceToken(), Optional.empty()));
    }

    @Produces
    @ApplicationScoped
    IdentityTokens identityTokens() {
        return new IdentityTokens(settings.oidc());
    }

    @Produces
    @ApplicationScoped
    TxtLookup dns() throws UnknownHostException {
        return new TxtLookup(settings.dns().servers().orElse(List.of()));
    }

    @Produces
    @ApplicationScoped
    PublishedRecords records() {
        return new PublishedRecords(settings.hostname(), settings.returnDomain());
    }

    @Produces
    @ApplicationScoped
    DomainSettings domains() {
        return settings.domains();
    }

    /** Not a proxy, since the class belongs to the topics; made before anything else starts. */
    @Produces
    @Singleton
    KeyEncryption keyEncryption() {
        var configured = ConfiguredSecret.of(
                        KeyEncryption.SETTING,
                        settings.keys().encryption(),
                        settings.keys().encryptionFile())
                .orElseThrow(() -> new IllegalStateException(NO_KEY));
        return KeyEncryption.parse(configured);
    }

    @Produces
    @ApplicationScoped
    BootstrapSettings bootstrap() {
        return settings.bootstrap();
    }
}
