package io.milena.auth.domain;

import io.smallrye.config.WithDefault;

/** {@code milena.domains.*} */
public interface DomainSettings {
    /**
     * Whether an account has to prove by a TXT record that a domain is its own before it may send for it; DKIM keys
     * then wait for their records too.
     */
    @WithDefault("required")
    Verification verification();

    /** How a domain becomes verified. */
    enum Verification {
        REQUIRED,
        OFF;

        public boolean isOff() {
            return this == OFF;
        }
    }
}
