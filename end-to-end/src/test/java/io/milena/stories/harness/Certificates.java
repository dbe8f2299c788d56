package io.milena.stories.harness;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** TLS for tests: a self-made certificate for the fakes, and a client that accepts any certificate. */
final class Certificates {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private Certificates() {}

    /** A server context with a certificate made by the JDK's keytool, one for all fakes of a run. */
    static SSLContext server() {
        return Server.CONTEXT;
    }

    /** The certificate as a PEM file: a client that trusts it trusts the fakes. */
    static Path file() {
        server();
        return Server.FILE;
    }

    /** SHA-256 of the certificate's key, in the form of a TLSA record (RFC 6698 §2.1.3). */
    static byte[] keyHash() {
        try (var in = Files.newInputStream(file())) {
            var certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
            return MessageDigest.getInstance("SHA-256")
                    .digest(certificate.getPublicKey().getEncoded());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Opportunistic TLS authenticates nobody (RFC 7435 §3), and neither does this context. */
    static SSLContext trustingClient() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustsAll()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Server {
        static final Path FILE = directory().resolve("certificate.pem");
        static final SSLContext CONTEXT = make();

        private static Path directory() {
            try {
                return Files.createTempDirectory("scripted-mx");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private static SSLContext make() {
            try {
                var directory = FILE.getParent();
                var file = directory.resolve("key.p12");
                var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
                var process = new ProcessBuilder(
                                keytool.toString(),
                                "-genkeypair",
                                "-keystore",
                                file.toString(),
                                "-storepass",
                                new String(PASSWORD),
                                "-alias",
                                "mx",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=mx.test",
                                "-ext",
                                "SAN=dns:mx.test,dns:*.sts.test,dns:mta-sts.sts.test")
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("keytool.log").toFile())
                        .start();
                if (process.waitFor() != 0) {
                    throw new IllegalStateException(Files.readString(directory.resolve("keytool.log")));
                }
                return context(file);
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        private static SSLContext context(Path file) throws IOException, GeneralSecurityException {
            var store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, PASSWORD);
            }
            Files.writeString(
                    FILE,
                    "-----BEGIN CERTIFICATE-----\n"
                            + Base64.getMimeEncoder()
                                    .encodeToString(store.getCertificate("mx").getEncoded())
                            + "\n-----END CERTIFICATE-----\n");
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        }
    }

    private static final class TrustsAll implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
