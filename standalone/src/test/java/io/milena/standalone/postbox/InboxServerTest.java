package io.milena.standalone.postbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits of HTTP where the postbox is a process of its own. */
class InboxServerTest {
    private static final int TOO_MANY = 3;

    @Test
    void silentConnectionsAreBounded(@TempDir Path dir) throws IOException {
        var open = new ArrayList<Socket>();
        try (var inbox = new RunningInbox(dir)) {
            for (int i = 0; i < InboxServer.MOST_CONNECTIONS + TOO_MANY; i++) {
                open.add(new Socket("127.0.0.1", inbox.port()));
            }
            var silent = new ArrayList<>(open);
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (silent.size() > InboxServer.MOST_CONNECTIONS) {
                assertThat(System.nanoTime() - end)
                        .as("%d connections are open", silent.size())
                        .isNegative();
                silent.removeIf(InboxServerTest::isClosed);
            }
            assertThat(silent).hasSize(InboxServer.MOST_CONNECTIONS);

            // Those that are let in are served, and one that ends makes room for another.
            assertThat(answer(silent.getLast())).isEqualTo("HTTP/1.1 200 OK");
            silent.getFirst().close();
            long soon = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!served(inbox.port())) {
                assertThat(System.nanoTime() - soon).isNegative();
            }
        } finally {
            for (var socket : open) {
                socket.close();
            }
        }
    }

    private static boolean served(int port) {
        try (var socket = new Socket("127.0.0.1", port)) {
            return answer(socket).equals("HTTP/1.1 200 OK");
        } catch (IOException e) {
            return false;
        }
    }

    private static String answer(Socket socket) throws IOException {
        socket.setSoTimeout(60_000);
        socket.getOutputStream()
                .write("GET /inbox HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readNBytes(15), StandardCharsets.US_ASCII);
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
