package io.milena.delivery.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509KeyManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Valid and invalid certificates of every kind, under a root that {@link #TRUST} knows. */
public final class TestCertificates {
    private static final AtomicLong SERIALS = new AtomicLong(System.nanoTime());
    private static final Instant NOW = Instant.now();
    private static final Party ROOT = root("Milena's test root");
    private static final Party UNKNOWN_ROOT = root("Another root");
    private static final Party BETWEEN = issued(ROOT, "CN=Between", true, days(-1), days(30));

    public static final Trust TRUST = trust();
    /** Valid: for mx.example.com, below an intermediate. */
    public static final Chain GOOD = chain(BETWEEN, "mx.example.com", days(-1), days(10));

    public static final Chain WILDCARD = chain(BETWEEN, "*.example.com", days(-1), days(10));
    public static final Chain OTHER_NAME = chain(BETWEEN, "mx.example.net", days(-1), days(10));
    public static final Chain EXPIRED = chain(BETWEEN, "mx.example.com", days(-10), days(-1));
    public static final Chain NOT_YET = chain(BETWEEN, "mx.example.com", days(1), days(10));
    public static final Chain UNKNOWN = chain(UNKNOWN_ROOT, "mx.example.com", days(-1), days(10));
    public static final Chain SELF_SIGNED = selfSigned();
    /** Without the intermediate that leads to the root. */
    public static final Chain BROKEN =
            new Chain(GOOD.key(), List.of(GOOD.certificates().getFirst()));

    private TestCertificates() {}

    /** A private key and its chain, the host's own certificate first. */
    public record Chain(PrivateKey key, List<X509Certificate> certificates) {
        public SSLContext server() {
            try {
                var context = SSLContext.getInstance("TLS");
                context.init(new KeyManager[] {keyManager()}, null, null);
                return context;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        public X509KeyManager keyManager() {
            try {
                var store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                store.setKeyEntry("host", key, new char[0], certificates.toArray(X509Certificate[]::new));
                var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                keys.init(store, new char[0]);
                return (X509KeyManager) keys.getKeyManagers()[0];
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private record Party(KeyPair keys, X509Certificate certificate, List<X509Certificate> above) {}

    /** The chain in the field of this name. */
    public static Chain named(String name) {
        return switch (name) {
            case "good" -> GOOD;
            case "wildcard" -> WILDCARD;
            case "other-name" -> OTHER_NAME;
            case "expired" -> EXPIRED;
            case "not-yet" -> NOT_YET;
            case "unknown" -> UNKNOWN;
            case "self-signed" -> SELF_SIGNED;
            case "broken" -> BROKEN;
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** The root as a PEM file, which is deleted when the JVM ends. */
    public static Path rootFile() {
        try {
            var text = new StringWriter();
            try (var pem = new JcaPEMWriter(text)) {
                pem.writeObject(ROOT.certificate());
            }
            var file = Files.createTempFile("root", ".pem");
            file.toFile().deleteOnExit();
            return Files.writeString(file, text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Trust trust() {
        return Trust.of(Optional.of(rootFile()), "test");
    }

    /** A valid chain for these names. */
    public static Chain of(String... names) {
        return chain(BETWEEN, names, days(-1), days(10));
    }

    private static Instant days(int days) {
        return NOW.plus(Duration.ofDays(days));
    }

    private static Party root(String name) {
        var keys = keys();
        var subject = new X500Name("CN=" + name);
        return new Party(keys, sign(keys, subject, keys, subject, true, new String[0], days(-1), days(30)), List.of());
    }

    private static Party issued(Party issuer, String subject, boolean authority, Instant from, Instant to) {
        var keys = keys();
        var certificate =
                sign(issuer.keys(), name(issuer), keys, new X500Name(subject), authority, new String[0], from, to);
        return new Party(keys, certificate, List.of(issuer.certificate()));
    }

    private static Chain chain(Party issuer, String name, Instant from, Instant to) {
        return chain(issuer, new String[] {name}, from, to);
    }

    private static Chain chain(Party issuer, String[] names, Instant from, Instant to) {
        var keys = keys();
        var leaf = sign(issuer.keys(), name(issuer), keys, new X500Name("CN=host"), false, names, from, to);
        return new Chain(
                keys.getPrivate(),
                issuer == BETWEEN
                        ? List.of(leaf, issuer.certificate(), ROOT.certificate())
                        : List.of(leaf, issuer.certificate()));
    }

    private static Chain selfSigned() {
        var keys = keys();
        var subject = new X500Name("CN=mx.example.com");
        var names = new String[] {"mx.example.com"};
        return new Chain(
                keys.getPrivate(), List.of(sign(keys, subject, keys, subject, false, names, days(-1), days(9))));
    }

    private static X500Name name(Party party) {
        return X500Name.getInstance(
                party.certificate().getSubjectX500Principal().getEncoded());
    }

    private static X509Certificate sign(
            KeyPair issuer,
            X500Name issuerName,
            KeyPair keys,
            X500Name subject,
            boolean authority,
            String[] names,
            Instant from,
            Instant to) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    issuerName,
                    BigInteger.valueOf(SERIALS.incrementAndGet()),
                    Date.from(from),
                    Date.from(to),
                    subject,
                    keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (names.length > 0) {
                var all = Arrays.stream(names)
                        .map(name -> new GeneralName(GeneralName.dNSName, name))
                        .toArray(GeneralName[]::new);
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(all));
            }
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair keys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
