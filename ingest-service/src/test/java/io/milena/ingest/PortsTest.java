package io.milena.ingest;

import static io.milena.ingest.RunningListener.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.milena.ingest.tls.SelfSignedCertificate;
import io.milena.ingest.transcript.TranscriptPlayer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Special ports: behind load balancers, with a delayed greeting, with several certificates. */
class PortsTest {
    private static final String MESSAGE = "EHLO client.example\r\nAUTH PLAIN AGFwaWtleQBzZWNyZXQ=\r\n"
            + "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.org>\r\nDATA\r\nFrom: a@bc\r\n\r\nhello\r\n.\r\n";
    /** PROXY protocol, version 2: PROXY, TCP over IPv6, 2001:db8::7 port 1000 to 2001:db8::1 port 25. */
    private static final String VERSION_2 =
            "0d0a0d0a000d0a515549540a2121002420010db800000000000000000000000720010db800000000"
                    + "000000000000000103e80019";

    private RunningListener running;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        running = new RunningListener();
    }

    @AfterEach
    void stop() throws InterruptedException {
        running.close();
    }

    private static Socket connect(String from, int port) throws IOException {
        var socket = new Socket("127.0.0.1", port, InetAddress.getByName(from), 0);
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static Socket tls(Socket socket) throws IOException {
        return TranscriptPlayer.trusting().getSocketFactory().createSocket(socket, "mx.milena.test", 0, true);
    }

    private static void write(Socket socket, byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
        socket.getOutputStream().flush();
    }

    private static void write(Socket socket, String text) throws IOException {
        write(socket, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    private String storedHeader(Socket socket) throws IOException, InterruptedException {
        assertThat(reader(socket).readLine()).startsWith("220 ");
        write(socket, MESSAGE);
        await(() -> !running.producer.history().isEmpty());
        return new String(running.producer.history().getFirst().value(), StandardCharsets.US_ASCII);
    }

    @Test
    void aProxySaysWhoTheClientIs() throws Exception {
        try (var socket = connect("127.0.0.1", running.proxiedPort)) {
            write(socket, "PROXY TCP4 192.0.2.7 192.0.2.1 1000 25\r\n");
            assertThat(storedHeader(socket)).contains("client.example ([192.0.2.7])");
        }
    }

    @Test
    void aProxySaysItInBinaryToo() throws Exception {
        try (var socket = connect("127.0.0.1", running.proxiedPort)) {
            // In two segments: a header comes as it comes.
            var header = HexFormat.of().parseHex(VERSION_2);
            write(socket, Arrays.copyOf(header, 20));
            write(socket, Arrays.copyOfRange(header, 20, header.length));
            assertThat(storedHeader(socket)).contains("client.example ([IPv6:2001:db8");
        }
    }

    @Test
    void behindTheHeaderThereMayBeTls() throws Exception {
        try (var socket = connect("127.0.0.1", running.proxiedTlsPort)) {
            write(socket, "PROXY TCP4 192.0.2.7 192.0.2.1 1000 25\r\n");
            try (var secure = tls(socket)) {
                assertThat(storedHeader(secure)).contains("([192.0.2.7])").contains("ESMTPSA");
            }
        }
    }

    @Test
    void aProxyThatAsksForItselfHasItsOwnAddress() throws Exception {
        try (var socket = connect("127.0.0.1", running.proxiedPort)) {
            write(socket, "PROXY UNKNOWN\r\n");
            assertThat(storedHeader(socket)).contains("([127.0.0.1])");
        }
    }

    @Test
    void inATrialClientsOnThisMachineLogInInClear() throws Exception {
        try (var trial = RunningListener.ofATrial();
                var here = connect("127.0.0.1", trial.port);
                var elsewhere = connect("127.0.0.1", trial.proxiedPort)) {
            assertThat(authInClear(here, "")).startsWith("235 2.7.0 ");
            assertThat(authInClear(elsewhere, "PROXY TCP4 192.0.2.7 192.0.2.1 1000 25\r\n"))
                    .startsWith("538 5.7.11 ");
        }
    }

    /** As `openssl s_client -starttls smtp` does, which asks without being told. */
    @Test
    void startTlsThatIsNotAnnouncedOnThisMachineIsTaken() throws Exception {
        try (var told = connect("127.0.0.1", running.port);
                var untold = connect("127.0.0.1", running.quietPort)) {
            assertThat(ehlo(told)).contains("250-STARTTLS");
            assertThat(ehlo(untold)).isNotEmpty().doesNotContain("250-STARTTLS");
            write(untold, "STARTTLS\r\n");
            assertThat(reader(untold).readLine()).startsWith("220 2.0.0 ");
            try (var secure = tls(untold)) {
                write(secure, "EHLO client.example\r\n");
                assertThat(reader(secure).readLine()).startsWith("250-mx.milena.test");
            }
        }
    }

    private static List<String> ehlo(Socket socket) throws IOException {
        var reader = reader(socket);
        reader.readLine();
        write(socket, "EHLO client.example\r\n");
        var lines = new ArrayList<String>();
        do {
            lines.add(reader.readLine());
        } while (lines.getLast().startsWith("250-"));
        return lines;
    }

    /** The answer to AUTH, which EHLO has announced where it is taken. */
    private static String authInClear(Socket socket, String first) throws IOException {
        var reader = reader(socket);
        write(socket, first);
        reader.readLine();
        write(socket, "EHLO client.example\r\nAUTH PLAIN AGFwaWtleQBzZWNyZXQ=\r\n");
        boolean announced = false;
        var line = reader.readLine();
        while (line.startsWith("250")) {
            announced |= line.startsWith("250-AUTH ");
            line = reader.readLine();
        }
        assertThat(announced).as(line).isEqualTo(line.startsWith("235"));
        return line;
    }

    @Test
    void nobodyElseIsHeardThere() throws IOException {
        try (var socket = connect("127.0.0.2", running.proxiedPort)) {
            write(socket, "PROXY TCP4 192.0.2.7 192.0.2.1 1000 25\r\n");
            var reader = reader(socket);
            assertThat(reader.readLine()).startsWith("421 4.7.0 ");
            assertThat(reader.readLine()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"EHLO client.example\r\n", "PROXY TCP4 nonsense\r\n", "PROXY TCP9 a b c d\r\n"})
    void whatBeginsWithoutAHeaderIsClosed(String first) throws IOException {
        try (var socket = connect("127.0.0.1", running.proxiedPort)) {
            write(socket, first);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void onOtherPortsAHeaderIsNoCommand() throws IOException {
        try (var socket = connect("127.0.0.1", running.port)) {
            var reader = reader(socket);
            assertThat(reader.readLine()).startsWith("220 ");
            write(socket, "PROXY TCP4 192.0.2.7 192.0.2.1 1000 25\r\n");
            assertThat(reader.readLine()).startsWith("500 5.5.1 ");
        }
    }

    @Test
    void whoTalksBeforeTheGreetingIsSentAway() throws IOException {
        try (var socket = connect("127.0.0.1", running.screenedPort)) {
            write(socket, "EHLO client.example\r\n");
            var reader = reader(socket);
            assertThat(reader.readLine()).isEqualTo("554 5.5.1 Talked before the greeting [early-talk]");
            assertThat(reader.readLine()).isEqualTo("421 4.5.0 Closing the connection");
            assertThat(reader.readLine()).isNull();
        }
    }

    @Test
    void whoWaitsIsGreeted() throws Exception {
        try (var socket = connect("127.0.0.1", running.screenedPort)) {
            assertThat(storedHeader(socket)).contains("hello");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "smtp.other.test,smtp.other.test",
        "SMTP.Other.Test,smtp.other.test",
        "a.wild.test,any.wild.test",
        "a.b.wild.test,mx.milena.test",
        "wild.test,mx.milena.test",
        "mx.milena.test,mx.milena.test",
        "nobody.test,mx.milena.test",
    })
    void aClientIsShownTheCertificateOfTheHostItAsksFor(String asked, String shown) throws IOException {
        try (var plain = connect("127.0.0.1", running.tlsPort);
                var secure = named(plain, asked)) {
            assertThat(certificate(secure)).contains(shown);
        }
        try (var plain = connect("127.0.0.1", running.port)) {
            var reader = reader(plain);
            reader.readLine();
            write(plain, "STARTTLS\r\n");
            assertThat(reader.readLine()).startsWith("220 ");
            try (var secure = named(plain, asked)) {
                assertThat(certificate(secure)).contains(shown);
            }
        }
    }

    @Test
    void aCertificateThatIsKnownLogsIn() throws Exception {
        var made = SelfSignedCertificate.make("client.test");
        running.authService.fingerprint = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256")
                        .digest(certificateOf(made).getEncoded()));
        assertThat(external(with(made))).startsWith("235 2.7.0 ");
        assertThat(external(with(SelfSignedCertificate.make("client.test")))).startsWith("535 5.7.8 ");
        // EXTERNAL is not offered without a certificate.
        assertThat(external(TranscriptPlayer.trusting())).startsWith("504 5.5.4 ");
    }

    private String external(SSLContext context) throws IOException {
        try (var socket = context.getSocketFactory().createSocket("127.0.0.1", running.tlsPort)) {
            socket.setSoTimeout(60_000);
            var reader = reader(socket);
            reader.readLine();
            write(socket, "EHLO client.example\r\nAUTH EXTERNAL =\r\n");
            String line;
            do {
                line = reader.readLine();
            } while (line.startsWith("250"));
            return line;
        }
    }

    private static X509Certificate certificateOf(SelfSignedCertificate made) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(made.certificateOctets()));
    }

    /** A client that trusts every server and shows this certificate. */
    private SSLContext with(SelfSignedCertificate made) throws Exception {
        var pair = new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(made.certificateOctets()))
                .addKeyValue(Buffer.buffer(made.keyOctets()));
        return TranscriptPlayer.trusting(
                pair.getKeyManagerFactory(running.vertx).getKeyManagers());
    }

    private static SSLSocket named(Socket plain, String name) throws IOException {
        var secure = (SSLSocket) tls(plain);
        var parameters = secure.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return secure;
    }

    private static String certificate(SSLSocket socket) throws IOException {
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }
}
