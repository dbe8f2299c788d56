package io.milena.ingest.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Plays the client of a {@link Transcript} against a server, whole steps or one octet for each segment. A server that
 * says nothing for a minute fails the step.
 */
public final class TranscriptPlayer implements AutoCloseable {
    private static final Pattern QUEUED = Pattern.compile("250 2\\.\\d\\.\\d .*queued as (\\w+)");

    private final String host;
    private final int port;
    private final int tlsPort;
    private final boolean bytewise;
    private final List<String> ids = new ArrayList<>();
    private final StringBuilder dialogue = new StringBuilder();
    private Socket socket;
    private InputStream in;
    private OutputStream out;

    public TranscriptPlayer(String host, int port, int tlsPort, boolean bytewise) {
        this.host = host;
        this.port = port;
        this.tlsPort = tlsPort;
        this.bytewise = bytewise;
    }

    /** Plays all steps and gives the queue ids that the server told. */
    public List<String> play(Transcript transcript) throws IOException {
        for (var step : transcript.steps()) {
            perform(step);
        }
        return ids;
    }

    /** Plays the steps on the connection that there is. */
    public void goOn(Transcript transcript) throws IOException {
        for (var step : transcript.steps()) {
            if (!(step instanceof Transcript.Step.Connect)) {
                perform(step);
            }
        }
    }

    /** Whether the server has said nothing more so far. */
    public boolean silent() throws IOException {
        return in.available() == 0;
    }

    private void perform(Transcript.Step step) throws IOException {
        switch (step) {
            case Transcript.Step.Connect(var tls) -> connect(tls);
            case Transcript.Step.Send(var octets) -> send(octets);
            case Transcript.Step.Expect(var pattern, var skipping) -> expect(pattern, skipping);
            case Transcript.Step.Handshake() -> handshake();
            case Transcript.Step.Close() -> socket.close();
            case Transcript.Step.Closed() -> closed();
            case Transcript.Step.GoneWithout(var text) ->
                assertThat(rest()).as(() -> "what was said after\n" + dialogue).doesNotContain(text);
            case Transcript.Step.Repeat(var times, var repeated) -> {
                for (int i = 0; i < times; i++) {
                    perform(repeated);
                }
            }
        }
    }

    public void connect(boolean tls) throws IOException {
        socket = new Socket(host, tls ? tlsPort : port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        if (tls) {
            handshake();
        } else {
            open();
        }
    }

    private void open() throws IOException {
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    private void handshake() throws IOException {
        assertThat(in == null ? 0 : in.available())
                .as("octets before the handshake")
                .isZero();
        var secured = (SSLSocket) trusting().getSocketFactory().createSocket(socket, host, socket.getPort(), true);
        secured.startHandshake();
        socket = secured;
        open();
    }

    public void send(byte[] octets) throws IOException {
        dialogue.append("C: ")
                .append(new String(octets, 0, Math.min(octets.length, 200), StandardCharsets.UTF_8))
                .append('\n');
        try {
            if (!bytewise) {
                out.write(octets);
                out.flush();
                return;
            }
            for (byte octet : octets) {
                out.write(octet);
                out.flush();
            }
        } catch (SocketException e) {
            // The server may close on what it has read already; the next step says whether it should have.
            dialogue.append("   (").append(e.getMessage()).append(")\n");
        }
    }

    private void expect(String pattern, boolean skipping) throws IOException {
        var line = line();
        while (skipping && line.length() > 3 && line.charAt(3) == '-') {
            line = line();
        }
        assertThat(line).as(() -> "reply in\n" + dialogue).matches(glob(pattern));
        var queued = QUEUED.matcher(line);
        if (queued.matches()) {
            ids.add(queued.group(1));
        }
    }

    private static String glob(String pattern) {
        return Pattern.quote(pattern).replace("*", "\\E.*\\Q");
    }

    /** The server's next line. */
    public String line() throws IOException {
        var line = new ByteArrayOutputStream();
        int octet;
        while ((octet = in.read()) >= 0) {
            line.write(octet);
            if (octet == '\n') {
                var text = line.toString(StandardCharsets.UTF_8);
                dialogue.append("S: ").append(text);
                assertThat(text).as("a line ends in CRLF").endsWith("\r\n");
                return text.substring(0, text.length() - 2);
            }
        }
        throw new IOException("the server closed the connection after\n" + dialogue + line);
    }

    private void closed() throws IOException {
        try {
            assertThat(in.read())
                    .as(() -> "end of the connection after\n" + dialogue)
                    .isEqualTo(-1);
        } catch (SocketException e) {
            // A reset is an end as well: the server closed with octets unread.
        }
    }

    private String rest() throws IOException {
        var rest = new ByteArrayOutputStream();
        try {
            in.transferTo(rest);
        } catch (SocketException e) {
            // As in closed().
        }
        return rest.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
        }
    }

    /** A client that believes any certificate. */
    public static SSLContext trusting() {
        return trusting(null);
    }

    /** A player whose client has certificates of its own. */
    public static SSLContext trusting(KeyManager[] own) {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(own, new TrustManager[] {new TrustsAll()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The server of a test vouches for itself. */
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
