package io.milena.ingest.tls;

import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** {@code milena.tls.*}: certificates for SMTP. */
public interface TlsSettings {
    /** PEM file of the certificate chain; read again when it changes. */
    Optional<Path> certificate();

    /** PEM file of its private key, PKCS#8. */
    Optional<Path> privateKey();

    /**
     * Folder in which a self-signed pair is made and kept if no certificate is configured; without it the pair is in
     * memory only.
     */
    Optional<Path> selfSignedDirectory();

    /**
     * Further certificates, each for clients that ask for its host by name (SNI, RFC 6066 §3): {@code
     * milena.tls.hosts."smtp.example.com".certificate}; {@code *.example.com} matches every name one label longer.
     */
    Map<String, Host> hosts();

    /**
     * Whether clients are asked for a certificate, so that one that auth-service knows logs in (AUTH EXTERNAL). Clients
     * without a certificate are served as before.
     */
    @WithDefault("false")
    boolean clientCertificates();

    /** Interval at which the files are checked. */
    @WithDefault("10s")
    Duration reloadInterval();

    /** {@code milena.tls.hosts."NAME".*} */
    interface Host {
        /** PEM file of the certificate chain. */
        Path certificate();

        /** PEM file of its private key, PKCS#8. */
        Path privateKey();
    }
}
