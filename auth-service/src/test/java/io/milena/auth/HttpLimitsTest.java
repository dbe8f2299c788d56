package io.milena.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Limits of HTTP, which every service has from the module service. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class HttpLimitsTest {
    private static final int TOO_MANY = 3;

    @TestHTTPResource("/q/info")
    URI info;

    @ConfigProperty(name = "quarkus.http.limits.max-connections")
    int most;

    @Test
    void silentConnectionsAreBounded() throws IOException {
        var open = new ArrayList<Socket>();
        try {
            for (int i = 0; i < most + TOO_MANY; i++) {
                open.add(new Socket(info.getHost(), info.getPort()));
            }
            // The server closes as many as are too many, whichever of them its threads see last.
            var silent = new ArrayList<>(open);
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (silent.size() > most) {
                assertThat(System.nanoTime() - end)
                        .as("%d connections are open", silent.size())
                        .isNegative();
                silent.removeIf(HttpLimitsTest::isClosed);
            }
            // Clients of other tests may keep a few connections of their own.
            assertThat(silent).hasSizeBetween(most - 100, most);

            var one = silent.getFirst();
            one.setSoTimeout(60_000);
            one.getOutputStream()
                    .write("GET /q/info HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(one.getInputStream().readNBytes(15), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200 OK");
        } finally {
            for (var socket : open) {
                socket.close();
            }
        }
    }

    private static boolean isClosed(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
