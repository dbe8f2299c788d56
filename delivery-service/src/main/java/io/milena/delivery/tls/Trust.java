package io.milena.delivery.tls;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The roots to which certificates of remote hosts must lead: the JDK's, and those of a PEM file. Immutable,
 * thread-safe.
 */
public final class Trust {
    private final List<X509TrustManager> managers;

    private Trust(List<X509TrustManager> managers) {
        this.managers = managers;
    }

    /** An unreadable file is an {@link IllegalArgumentException} that names {@code key}. */
    public static Trust of(Optional<Path> pem, String key) {
        try {
            var system = trusting(null);
            return new Trust(pem.isEmpty() ? List.of(system) : List.of(system, trusting(store(pem.get()))));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
        }
    }

    private static KeyStore store(Path pem) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var file = new BufferedInputStream(Files.newInputStream(pem))) {
            for (var root : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                store.setCertificateEntry(String.valueOf(store.size()), root);
            }
        }
        return store;
    }

    private static X509TrustManager trusting(KeyStore roots) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(roots);
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow();
    }

    /** For a library that checks names itself. */
    X509TrustManager manager() {
        return new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
                throw new CertificateException("no client is trusted");
            }

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
                var failure = judge(List.of(chain));
                if (failure.isPresent()) {
                    throw new CertificateException(failure.get().explanation());
                }
            }

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
    }

    /** Empty if a chain leads to one of the roots and all of it is valid now. */
    Optional<TlsFailure> judge(List<X509Certificate> chain) {
        CertificateException last = null;
        for (var manager : managers) {
            try {
                // JSSE itself passes "UNKNOWN" under TLS 1.3: the suite does not determine the key type.
                manager.checkServerTrusted(chain.toArray(X509Certificate[]::new), "UNKNOWN");
                return Optional.empty();
            } catch (CertificateException e) {
                last = e;
            }
        }
        return Optional.of(failure(last));
    }

    static TlsFailure failure(Exception refusal) {
        var causes = Stream.iterate((Throwable) refusal, cause -> cause != null, Throwable::getCause)
                .limit(10)
                .toList();
        boolean expired = causes.stream()
                .anyMatch(cause -> cause instanceof CertificateExpiredException
                        || cause instanceof CertificateNotYetValidException);
        return new TlsFailure(
                expired ? TlsFailure.Type.CERTIFICATE_EXPIRED : TlsFailure.Type.CERTIFICATE_NOT_TRUSTED,
                expired ? "the certificate is not valid at this time" : "the certificate leads to no trusted root");
    }
}
