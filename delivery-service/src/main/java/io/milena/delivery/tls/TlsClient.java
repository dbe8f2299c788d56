package io.milena.delivery.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS 1.2 and 1.3 as a client. The handshake accepts any certificate: a {@link TlsPolicy} judges it afterwards, before
 * any SMTP command, so that the reason of a failure is known. Thread-safe; the handshake blocks.
 */
public final class TlsClient {
    private final SSLSocketFactory factory;

    public TlsClient() {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyCertificate()}, null);
            factory = context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A socket after its handshake; {@code chain} begins with the host's own certificate, {@code tls} is protocol and
     * cipher.
     */
    public record Secured(SSLSocket socket, List<X509Certificate> chain, String tls) {}

    /** RFC 6066 §3, RFC 7672 §8.1: the host's name is sent (SNI). */
    public Secured handshake(Socket socket, String name, int port) throws IOException {
        var secured = (SSLSocket) factory.createSocket(socket, name, port, true);
        secured.setUseClientMode(true);
        secured.startHandshake();
        var session = secured.getSession();
        var chain = Arrays.stream(session.getPeerCertificates())
                .map(X509Certificate.class::cast)
                .toList();
        // Sessions are not resumed: the host must show its present certificate.
        session.invalidate();
        return new Secured(secured, chain, session.getProtocol() + " " + session.getCipherSuite());
    }

    /** Must be an extended manager, or JSSE adds checks of its own. */
    private static final class AnyCertificate extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

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
