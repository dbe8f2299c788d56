package io.milena.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.ingest.tls.HostCertificates;
import io.milena.ingest.transcript.TranscriptPlayer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** Certificates are exchanged while clients connect without a pause. */
class CertificateExchangeTest {
    @Test
    void noHandshakeFailsWhileCertificatesAreExchanged() throws Exception {
        var pairs = List.of(RunningListener.pair("mx.milena.test"), RunningListener.pair("mx.milena.test"));
        try (var running = new RunningListener()) {
            var done = new AtomicBoolean();
            var exchanged = new AtomicInteger();
            var failures = new ConcurrentLinkedQueue<String>();
            var exchanger = Thread.ofPlatform().start(() -> {
                while (!done.get()) {
                    running.certificates.use(
                            new HostCertificates(pairs.get(exchanged.incrementAndGet() % 2), running.hosts));
                    LockSupport.parkNanos(2_000_000);
                }
            });
            for (int i = 0; i < 30; i++) {
                for (boolean starttls : new boolean[] {false, true}) {
                    try {
                        connect(running, starttls);
                    } catch (IOException | AssertionError e) {
                        failures.add((starttls ? "STARTTLS " : "TLS ") + i + ": " + e);
                    }
                }
            }
            done.set(true);
            exchanger.join();
            assertThat(exchanged.get()).isGreaterThan(20);
            assertThat(failures).isEmpty();
        }
    }

    private static void connect(RunningListener running, boolean starttls) throws IOException {
        try (var plain = new Socket("127.0.0.1", starttls ? running.port : running.tlsPort)) {
            plain.setSoTimeout(60_000);
            if (starttls) {
                var reader =
                        new BufferedReader(new InputStreamReader(plain.getInputStream(), StandardCharsets.US_ASCII), 1);
                assertThat(reader.readLine()).startsWith("220 ");
                plain.getOutputStream().write("STARTTLS\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(reader.readLine()).startsWith("220 ");
            }
            try (var secure = (SSLSocket) TranscriptPlayer.trusting()
                    .getSocketFactory()
                    .createSocket(plain, "127.0.0.1", plain.getPort(), false)) {
                secure.startHandshake();
                secure.getOutputStream().write("NOOP\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(secure.getInputStream().read()).isEqualTo('2');
            }
        }
    }
}
