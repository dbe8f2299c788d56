package io.milena.delivery.content;

import java.nio.file.Path;
import java.util.Optional;

/** The platform's own key, which signs mail whose From: domain has no key here; all three settings or none. */
public interface DkimSettings {
    /** The signing domain, {@code d=}. */
    Optional<String> domain();

    /** The selector of its key record, {@code s=}. */
    Optional<String> selector();

    /** PEM file of the private key, PKCS#8, RSA or Ed25519; read again when it changes. */
    Optional<Path> privateKey();
}
