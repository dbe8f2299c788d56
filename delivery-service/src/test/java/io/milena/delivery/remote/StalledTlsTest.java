package io.milena.delivery.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.delivery.tls.TestCertificates;
import io.milena.delivery.tls.TlsClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host that accepts TLS and then reads no more of the content. */
class StalledTlsTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    @Timeout(60)
    void isLeftAndTheWatchdogGoesOn() throws Exception {
        var over = new CountDownLatch(1);
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var watchdog = new Watchdog()) {
            Thread.ofVirtual().start(() -> serve(server, over));
            // Twice: the second one needs a watchdog that the first has not stopped.
            for (int i = 0; i < 2; i++) {
                assertThat(sent(server, watchdog)).isInstanceOf(RemoteSession.HostFailed.class);
            }
        } finally {
            over.countDown();
        }
    }

    private static RemoteSession.Result sent(ServerSocket server, Watchdog watchdog) throws Exception {
        var settings = new SessionSettings(
                LONG,
                LONG,
                LONG,
                Duration.ofMillis(200),
                LONG,
                LONG,
                new TlsClient(),
                new BrokenTls(LONG),
                new RefusedExtensions(LONG),
                watchdog);
        var how = new Meeting(Map.of("protocol", "smtps", "to", "one@example.com", "more", "5000000"));
        var host = new RemoteHost("mx.example.com", server.getInetAddress(), server.getLocalPort());
        var opened = (Opening.Ready) Opening.open(how.hop(host), settings);
        return opened.session().send(how.mail(), 100);
    }

    private static void serve(ServerSocket server, CountDownLatch over) {
        while (over.getCount() > 0) {
            try {
                var socket = server.accept();
                Thread.ofVirtual().start(() -> stall(socket, over));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void stall(Socket accepted, CountDownLatch over) {
        try (accepted;
                var socket = (SSLSocket) TestCertificates.GOOD
                        .server()
                        .getSocketFactory()
                        .createSocket(accepted, null, accepted.getPort(), true)) {
            socket.setUseClientMode(false);
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            var out = socket.getOutputStream();
            for (var reply : List.of("220 hello", "250 mx.example.com", "250 ok", "250 ok", "354 go on")) {
                out.write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.flush();
                if (!reply.startsWith("354")) {
                    in.readLine();
                }
            }
            over.await();
        } catch (IOException e) {
            // The client has left.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
