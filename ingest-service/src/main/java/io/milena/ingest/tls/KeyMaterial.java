package io.milena.ingest.tls;

import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.net.ssl.X509TrustManager;

/**
 * Reads the certificates and their keys, and notices when they change. Reads files: not for event loops; one thread at
 * a time.
 */
public final class KeyMaterial {
    /** TLS below 1.2 is broken (RFC 8996). */
    public static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

    /**
     * Forward secrecy and authenticated encryption, as RFC 9325 §4.2 recommends, and nothing else: no CBC, which has to
     * be computed in constant time not to leak (LUCKY13), and no finite-field groups. Their order does not matter, and
     * Vert.x keeps none.
     */
    public static final Set<String> CIPHER_SUITES = Set.of(
            "TLS_AES_256_GCM_SHA384",
            "TLS_AES_128_GCM_SHA256",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /**
     * A client's certificate is known by its hash, whoever issued it: the handshake proves that it is the client's own.
     */
    public static final TrustOptions ANY_CLIENT = TrustOptions.wrap(new X509TrustManager() {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            // auth-service decides which certificates log in.
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("for clients only");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    });

    static {
        // In TLS 1.2 a client may ask for one handshake after the other, which costs it little and us a signature each.
        // The JDK grants that unless it is configured before the first handshake, for the whole process.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private final TlsSettings settings;
    private final String hostname;
    private final Optional<CertificateFiles> own;
    private final Map<String, CertificateFiles> hosts = new TreeMap<>();
    /** A self-signed pair, if none is configured. */
    private PemKeyCertOptions made;

    public KeyMaterial(TlsSettings settings, String hostname) {
        if (settings.certificate().isPresent() != settings.privateKey().isPresent()) {
            throw new IllegalStateException(
                    "milena.tls.certificate and milena.tls.private-key go together: one of them is missing");
        }
        this.settings = settings;
        this.hostname = hostname;
        own = settings.certificate()
                .map(certificate -> new CertificateFiles(
                        "milena.tls", certificate, settings.privateKey().orElseThrow()));
        settings.hosts()
                .forEach((name, host) -> hosts.put(
                        name.toLowerCase(Locale.ROOT),
                        new CertificateFiles(
                                "milena.tls.hosts.\"" + name + "\"", host.certificate(), host.privateKey())));
    }

    /** The certificates for the start. */
    public HostCertificates read() throws IOException {
        for (var pair : pairs()) {
            pair.refresh();
        }
        return certificates();
    }

    private HostCertificates certificates() throws IOException {
        var hosts = new HashMap<String, PemKeyCertOptions>();
        this.hosts.forEach((name, pair) -> hosts.put(name, pair.current()));
        return new HostCertificates(own.isPresent() ? own.get().current() : made(), hosts);
    }

    private PemKeyCertOptions made() throws IOException {
        if (made == null) {
            var pair = settings.selfSignedDirectory().isPresent()
                    ? SelfSignedCertificate.in(settings.selfSignedDirectory().get(), hostname)
                    : SelfSignedCertificate.make(hostname);
            made = CertificateFiles.pair(pair.certificateOctets(), pair.keyOctets(), "milena.tls");
        }
        return made;
    }

    /** The present pairs, if any has changed. A pair that cannot be used is logged, and the old one stays. */
    public Optional<HostCertificates> changed() throws IOException {
        boolean changed = false;
        for (var pair : pairs()) {
            changed |= pair.refreshIfUsable();
        }
        return changed ? Optional.of(certificates()) : Optional.empty();
    }

    private List<CertificateFiles> pairs() {
        return Stream.concat(own.stream(), hosts.values().stream()).toList();
    }

    /** Whether certificates come from an operator's files, which may change. */
    public boolean comesFromFiles() {
        return !pairs().isEmpty();
    }
}
