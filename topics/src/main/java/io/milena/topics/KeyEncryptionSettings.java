package io.milena.topics;

import java.nio.file.Path;
import java.util.Optional;

/** {@code milena.keys.*}: how the DKIM private keys of domains are encrypted; equal for auth and delivery. */
public interface KeyEncryptionSettings {
    /**
     * Keys {@code ID:BASE64} of 32 octets, separated by commas: the first one encrypts, all decrypt. {@code none}
     * stores private keys in clear.
     */
    Optional<String> encryption();

    /** A file that holds them, for mounted secrets; also one in a line. */
    Optional<Path> encryptionFile();
}
