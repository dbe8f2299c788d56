package io.milena.ingest;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.TrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Where the certificate and its key come from, and whether they have changed. Reads files: not for event loops; one thread at a time. */
final class KeyMaterial {
    /** TLS below 1.2 is broken (RFC 8996). */
    static final Set<String> PROTOCOLS = Set.of("TLSv1.2", "TLSv1.3");

    /**
     * Forward secrecy and authenticated encryption, as RFC 9325 §4.2 recommends, and nothing else: no CBC, which has to be computed in
     * constant time not to leak (LUCKY13), and no finite-field groups. None is so much better that their order counts, and Vert.x keeps none.
     */
    static final Set<String> CIPHER_SUITES = Set.of(
            "TLS_AES_256_GCM_SHA384",
            "TLS_AES_128_GCM_SHA256",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** A client's certificate is known by its hash, whoever issued it: the handshake proves that it is the client's own. */
    static final TrustOptions ANY_CLIENT = TrustOptions.wrap(new X509TrustManager() {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            // What it is good for, auth-service says.
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
        // The JDK grants that unless
        // it is told before the first handshake, for the whole process.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private final IngestSettings.Tls settings;
    private final String hostname;
    private List<FileTime> seen = List.of();
    /** A pair of our own, where none is configured. */
    private PemKeyCertOptions made;

    KeyMaterial(IngestSettings.Tls settings, String hostname) {
        if (settings.certificate().isPresent() != settings.privateKey().isPresent()) {
            throw new IllegalStateException(
                    "milena.tls.certificate and milena.tls.private-key go together: one of them is missing");
        }
        this.settings = settings;
        this.hostname = hostname;
    }

    /** What the listeners begin with. */
    HostCertificates read() throws IOException {
        // Remembered only at the end: a pair that is half written is looked at again.
        var now = times();
        var hosts = new HashMap<String, PemKeyCertOptions>();
        for (var host : settings.hosts().entrySet()) {
            var name = "milena.tls.hosts.\"" + host.getKey() + "\"";
            hosts.put(
                    host.getKey().toLowerCase(Locale.ROOT),
                    pair(
                            Files.readAllBytes(host.getValue().certificate()),
                            Files.readAllBytes(host.getValue().privateKey()),
                            name));
        }
        var certificates = new HostCertificates(own(), hosts);
        seen = now;
        return certificates;
    }

    private PemKeyCertOptions own() throws IOException {
        if (settings.certificate().isPresent()) {
            return pair(
                    Files.readAllBytes(settings.certificate().get()),
                    Files.readAllBytes(settings.privateKey().get()),
                    "milena.tls");
        }
        if (made == null) {
            var own = settings.selfSignedDirectory().isPresent()
                    ? SelfSignedCertificate.in(settings.selfSignedDirectory().get(), hostname)
                    : SelfSignedCertificate.make(hostname);
            made = pair(own.certificateOctets(), own.keyOctets(), "milena.tls");
        }
        return made;
    }

    /** The new pairs, if the files have changed since they were read. */
    Optional<SSLOptions> changed() throws IOException {
        if (!comesFromFiles() || times().equals(seen)) {
            return Optional.empty();
        }
        var options = new SSLOptions().setKeyCertOptions(read()).setEnabledSecureTransportProtocols(PROTOCOLS);
        CIPHER_SUITES.forEach(options::addEnabledCipherSuite);
        if (settings.clientCertificates()) {
            options.setTrustOptions(ANY_CLIENT);
        }
        return Optional.of(options);
    }

    /** Whether an operator's files are in use, which may change. */
    boolean comesFromFiles() {
        return settings.certificate().isPresent() || !settings.hosts().isEmpty();
    }

    private List<FileTime> times() throws IOException {
        var times = new ArrayList<FileTime>();
        for (var file : files()) {
            times.add(Files.getLastModifiedTime(file));
        }
        return times;
    }

    private List<Path> files() {
        return Stream.concat(
                        Stream.concat(settings.certificate().stream(), settings.privateKey().stream()),
                        settings.hosts().values().stream()
                                .flatMap(host -> Stream.of(host.certificate(), host.privateKey())))
                .toList();
    }

    private static PemKeyCertOptions pair(byte[] certificate, byte[] key, String name) throws IOException {
        requireMatch(certificate, key, name);
        return new PemKeyCertOptions().addCertValue(Buffer.buffer(certificate)).addKeyValue(Buffer.buffer(key));
    }

    /** Files are replaced one after the other: a certificate with the key of another would fail every handshake. */
    private static void requireMatch(byte[] certificate, byte[] key, String name) throws IOException {
        try {
            var chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(certificate))
                    .iterator();
            if (!chain.hasNext()) {
                throw new IOException("there is no certificate in " + name + ".certificate");
            }
            var privateKey = privateKey(key, name);
            var algorithm =
                    switch (privateKey.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> privateKey.getAlgorithm();
                    };
            var signature = Signature.getInstance(algorithm);
            signature.initSign(privateKey);
            byte[] signed = signature.sign();
            signature.initVerify(chain.next().getPublicKey());
            if (!signature.verify(signed)) {
                throw new IOException(name + ".private-key is not the key of " + name + ".certificate");
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(name + ".certificate and " + name + ".private-key are no pair: " + e.getMessage(), e);
        }
    }

    private static PrivateKey privateKey(byte[] pem, String name) throws IOException {
        try (var parser = new PEMParser(new StringReader(new String(pem, StandardCharsets.US_ASCII)))) {
            for (var object = parser.readObject(); object != null; object = parser.readObject()) {
                var info =
                        switch (object) {
                            case PrivateKeyInfo found -> found;
                            case PEMKeyPair found -> found.getPrivateKeyInfo();
                            default -> null;
                        };
                if (info != null) {
                    return new JcaPEMKeyConverter().getPrivateKey(info);
                }
            }
        }
        throw new IOException("there is no unencrypted key in " + name + ".private-key");
    }
}
