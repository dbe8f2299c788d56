package io.milena.ingest.tls;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.jboss.logging.Logger;

/**
 * A certificate chain and its key in two PEM files, which an operator may replace while they are in use, one after the
 * other: a pair that does not match is not used. Reads files: not for event loops; one thread at a time.
 */
final class CertificateFiles {
    private static final Logger LOG = Logger.getLogger(CertificateFiles.class);

    private final String name;
    private final Path certificate;
    private final Path key;
    private PemKeyCertOptions current;
    private List<FileTime> seen = List.of();
    /** The complaint of the last check, which is logged once. */
    private String complaint = "";

    /** {@code name} is the prefix of its settings. */
    CertificateFiles(String name, Path certificate, Path key) {
        this.name = name;
        this.certificate = certificate;
        this.key = key;
    }

    PemKeyCertOptions current() {
        return current;
    }

    /** Reads the files if they have changed; says whether they had. */
    boolean refresh() throws IOException {
        try {
            var now = List.of(Files.getLastModifiedTime(certificate), Files.getLastModifiedTime(key));
            if (now.equals(seen)) {
                return false;
            }
            current = pair(Files.readAllBytes(certificate), Files.readAllBytes(key), name);
            // Only now: a pair that is half written is read again.
            seen = now;
            complaint = "";
            return true;
        } catch (NoSuchFileException e) {
            throw new IOException(name + ": there is no file " + e.getFile(), e);
        }
    }

    /**
     * Reads the files if they have changed; if the new pair cannot be used, the old one stays in use and a warning is
     * logged.
     */
    boolean refreshIfUsable() {
        try {
            return refresh();
        } catch (IOException e) {
            if (!complaint.equals(e.getMessage())) {
                complaint = String.valueOf(e.getMessage());
                LOG.warnf("a changed certificate cannot be used, the old one stays: %s", complaint);
            }
            return false;
        }
    }

    static PemKeyCertOptions pair(byte[] certificate, byte[] key, String name) throws IOException {
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
