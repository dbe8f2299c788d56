package io.milena.auth.token;

import io.smallrye.config.WithDefault;
import java.util.Optional;

/** {@code milena.oidc.*} */
public interface OidcSettings {
    /** URL of the identity provider whose access tokens log in; auth-service verifies them. */
    Optional<String> issuer();

    /** The audience ({@code aud}) that a token must have: a name that access tokens for Milena alone have. */
    @WithDefault("milena")
    String audience();

    /** The claim that is a credential's user name; {@code email} counts only with {@code email_verified}. */
    @WithDefault("email")
    String usernameClaim();

    /** URL of the provider's keys, if its discovery document is not to be asked. */
    Optional<String> jwksUrl();
}
