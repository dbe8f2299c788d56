package io.milena.ingest.tls;

import io.milena.smtp.Credentials;
import io.milena.smtp.SecureChannel;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jboss.logging.Logger;

/**
 * A TLS connection: its channel bindings {@code tls-exporter} (RFC 9266) and {@code tls-server-end-point} (RFC 5929
 * §4), and the client's certificate.
 */
public record TlsChannel(SSLSession session) implements SecureChannel {
    private static final Logger LOG = Logger.getLogger(TlsChannel.class);

    @Override
    public Optional<byte[]> data(String type) {
        return switch (type) {
            case "tls-exporter" -> exporter();
            case "tls-server-end-point" -> certificateHash();
            default -> Optional.empty();
        };
    }

    @Override
    public Optional<String> clientCertificate() {
        try {
            var certificate = (X509Certificate) session.getPeerCertificates()[0];
            certificate.checkValidity();
            return Optional.of(Credentials.Certificate.fingerprint(certificate.getEncoded()));
        } catch (SSLPeerUnverifiedException e) {
            // The client has presented no certificate.
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            LOG.debugf("a client's certificate is not taken: %s", e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<byte[]> exporter() {
        // RFC 9266 §4.2: below TLS 1.3 only with the extended master secret, which the JDK does not tell.
        if (!session.getProtocol().equals("TLSv1.3") || !(session instanceof ExtendedSSLSession extended)) {
            return Optional.empty();
        }
        try {
            return Optional.of(extended.exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32));
        } catch (SSLException | UnsupportedOperationException e) {
            LOG.debugf("no channel binding: %s", e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<byte[]> certificateHash() {
        var certificates = session.getLocalCertificates();
        if (certificates == null || !(certificates[0] instanceof X509Certificate certificate)) {
            return Optional.empty();
        }
        var algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        var hash = algorithm.contains("WITH") ? algorithm.substring(0, algorithm.indexOf("WITH")) : "";
        var name =
                switch (hash) {
                    // RFC 5929 §4.1: weak hashes are replaced by SHA-256.
                    case "MD5", "SHA1", "SHA256" -> "SHA-256";
                    case "SHA384" -> "SHA-384";
                    case "SHA512" -> "SHA-512";
                    default -> "";
                };
        if (name.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(MessageDigest.getInstance(name).digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }
}
