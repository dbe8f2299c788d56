package io.milena.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Limits of HTTP, which every service has from the module service. */
@QuarkusTest
@QuarkusTestResource(Platform.class)
class HttpLimitsTest {
    @TestHTTPResource("/q/info")
    URI info;

    @ConfigProperty(name = "quarkus.http.limits.max-connections")
    int most;

    @Test
    void silentConnectionsAreBounded() throws IOException {
        var open = new ArrayList<Socket>();
        try {
            var first = connect(open);
            for (int i = 1; i < most; i++) {
                connect(open);
            }
            // The server closes each one that is too many at once.
            for (int i = 0; i < 3; i++) {
                assertThat(connect(open).getInputStream().read()).isNegative();
            }
            first.getOutputStream()
                    .write("GET /q/info HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(first.getInputStream().readNBytes(15), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200 OK");
        } finally {
            for (var socket : open) {
                socket.close();
            }
        }
    }

    private Socket connect(ArrayList<Socket> open) throws IOException {
        var socket = new Socket(info.getHost(), info.getPort());
        socket.setSoTimeout(10_000);
        open.add(socket);
        return socket;
    }
}
