package io.milena.ingest.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A self-signed certificate for sites that have no other yet: P-256, ten years, as PEM. */
public record SelfSignedCertificate(String certificate, String privateKey) {
    private static final Duration LIFETIME = Duration.ofDays(3650);

    /** Reads {@code cert.pem} and {@code key.pem} in the folder, or makes them. */
    static SelfSignedCertificate in(Path directory, String hostname) throws IOException {
        var certificate = directory.resolve("cert.pem");
        var key = directory.resolve("key.pem");
        if (Files.exists(certificate) && Files.exists(key)) {
            return new SelfSignedCertificate(Files.readString(certificate), Files.readString(key));
        }
        var made = make(hostname);
        Files.createDirectories(directory);
        Files.deleteIfExists(key);
        // The file is created with its mode: no other user can read it at any moment.
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, made.privateKey());
        Files.writeString(certificate, made.certificate());
        return made;
    }

    public static SelfSignedCertificate make(String hostname) {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            var pair = generator.generateKeyPair();
            var name = new X500Name("CN=" + hostname.replaceAll("[^A-Za-z0-9.-]", "-"));
            var now = Instant.now();
            var certificate = new JcaX509v3CertificateBuilder(
                            name,
                            new BigInteger(120, new SecureRandom()),
                            Date.from(now.minus(Duration.ofHours(1))),
                            Date.from(now.plus(LIFETIME)),
                            name,
                            pair.getPublic())
                    .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                        new GeneralName(GeneralName.dNSName, hostname.replaceAll("[^A-Za-z0-9.-]", "-")),
                        new GeneralName(GeneralName.dNSName, "localhost"),
                        new GeneralName(GeneralName.iPAddress, "127.0.0.1")
                    }))
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()));
            return new SelfSignedCertificate(pem(certificate), pem(new JcaPKCS8Generator(pair.getPrivate(), null)));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("no self-signed certificate could be made", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String pem(Object what) throws IOException {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(what);
        }
        return text.toString();
    }

    public byte[] certificateOctets() {
        return certificate.getBytes(StandardCharsets.US_ASCII);
    }

    public byte[] keyOctets() {
        return privateKey.getBytes(StandardCharsets.US_ASCII);
    }

    /** Leaves the key out: a secret never reaches a log. */
    @Override
    public String toString() {
        return "SelfSignedCertificate[]";
    }
}
