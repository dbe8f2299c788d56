package io.milena.standalone.operator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Reads the certificate that an SMTP port presents, trusted or not. Blocks for some seconds at most. */
final class ServedCertificate {
    private static final int LIMIT_MILLIS = 15_000;

    private ServedCertificate() {}

    /**
     * The certificate of a port with TLS from the first octet, or with STARTTLS. Throws {@link IOException} if the port
     * presents none.
     */
    static X509Certificate of(InetSocketAddress address, boolean startTls) throws IOException {
        var shown = new AtomicReference<X509Certificate>();
        try (var socket = new Socket()) {
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.connect(address, LIMIT_MILLIS);
            if (startTls) {
                askForTls(socket);
            }
            var context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Everybody(shown)}, null);
            try (var secured = (SSLSocket)
                    context.getSocketFactory().createSocket(socket, address.getHostString(), address.getPort(), true)) {
                secured.startHandshake();
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        return shown.get();
    }

    /** RFC 3207: greeting, EHLO, STARTTLS, each answered with a 2xx. */
    private static void askForTls(Socket socket) throws IOException {
        // Reads octet by octet: octets of TLS must not be read here.
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII), 1);
        expect(in);
        for (var command : List.of("EHLO localhost", "STARTTLS")) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            expect(in);
        }
    }

    private static void expect(BufferedReader in) throws IOException {
        var line = in.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-') {
            line = in.readLine();
        }
        if (line == null || !line.startsWith("2")) {
            throw new IOException("no TLS: " + line);
        }
    }

    private record Everybody(AtomicReference<X509Certificate> shown) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            shown.set(chain[0]);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
