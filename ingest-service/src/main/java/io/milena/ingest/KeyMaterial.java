package io.milena.ingest;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SSLOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where the certificate and its key come from, and whether they have changed. Reads files: not for event loops; one thread at a time. */
final class KeyMaterial {
    /** TLS below 1.2 is broken (RFC 8996). */
    static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

    private final IngestSettings.Tls settings;
    private final String hostname;
    private List<FileTime> seen = List.of();

    KeyMaterial(IngestSettings.Tls settings, String hostname) {
        if (settings.certificate().isPresent() != settings.privateKey().isPresent()) {
            throw new IllegalStateException(
                    "milena.tls.certificate and milena.tls.private-key go together: one of them is missing");
        }
        this.settings = settings;
        this.hostname = hostname;
    }

    /** What the listeners begin with. */
    PemKeyCertOptions read() throws IOException {
        if (settings.certificate().isPresent()) {
            seen = times();
            return pair(
                    Files.readAllBytes(settings.certificate().get()),
                    Files.readAllBytes(settings.privateKey().get()));
        }
        var own = settings.selfSignedDirectory().isPresent()
                ? SelfSignedCertificate.in(settings.selfSignedDirectory().get(), hostname)
                : SelfSignedCertificate.make(hostname);
        return pair(own.certificateOctets(), own.keyOctets());
    }

    /** The new pair, if the files have changed since they were read. */
    Optional<SSLOptions> changed() throws IOException {
        if (settings.certificate().isEmpty() || times().equals(seen)) {
            return Optional.empty();
        }
        return Optional.of(new SSLOptions().setKeyCertOptions(read()).setEnabledSecureTransportProtocols(PROTOCOLS));
    }

    private List<FileTime> times() throws IOException {
        return List.of(
                Files.getLastModifiedTime(settings.certificate().get()),
                Files.getLastModifiedTime(settings.privateKey().get()));
    }

    private static PemKeyCertOptions pair(byte[] certificate, byte[] key) {
        return new PemKeyCertOptions().addCertValue(Buffer.buffer(certificate)).addKeyValue(Buffer.buffer(key));
    }

    Optional<Path> certificateFile() {
        return settings.certificate();
    }
}
