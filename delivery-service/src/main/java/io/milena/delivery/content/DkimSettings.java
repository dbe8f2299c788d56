package io.milena.delivery.content;

import java.nio.file.Path;
import java.util.Optional;

/** The key with which the platform signs mail whose From: domain has no key here; all three or none. */
public interface DkimSettings {
    /** The domain that it signs in the name of, {@code d=}. */
    Optional<String> domain();

    /** The selector of its key record, {@code s=}. */
    Optional<String> selector();

    /** PEM file of the private key, PKCS#8, RSA or Ed25519; read again when it changes. */
    Optional<Path> privateKey();
}
