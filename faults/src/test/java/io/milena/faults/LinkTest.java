package io.milena.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LinkTest {
    private ServerSocket echo;
    private Link link;

    @BeforeEach
    void open() throws IOException {
        echo = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
        link = Link.to(echo.getLocalPort());
    }

    private void serve() {
        while (!echo.isClosed()) {
            try {
                var socket = echo.accept();
                Thread.ofVirtual().start(() -> {
                    try (socket) {
                        socket.getInputStream().transferTo(socket.getOutputStream());
                    } catch (IOException gone) {
                        return;
                    }
                });
            } catch (IOException closed) {
                return;
            }
        }
    }

    @AfterEach
    void close() throws IOException {
        link.close();
        echo.close();
    }

    @Test
    void octetsPassBothWays() throws IOException {
        try (var socket = connect()) {
            assertThat(said(socket, 7)).isEqualTo(7);
            assertThat(said(socket, 8)).isEqualTo(8);
        }
    }

    @Test
    void nothingPassesACutAndAMendedLinkBeginsAnew() throws IOException {
        try (var before = connect()) {
            assertThat(said(before, 7)).isEqualTo(7);

            link.cut();
            before.setSoTimeout(300);
            assertThatThrownBy(() -> said(before, 8)).isInstanceOf(SocketTimeoutException.class);

            link.mend();
            before.setSoTimeout(10_000);
            assertThatThrownBy(() -> said(before, 9)).isInstanceOf(IOException.class);
        }
        try (var after = connect()) {
            assertThat(said(after, 10)).isEqualTo(10);
        }
    }

    @Test
    void someAreCutOffAndOthersAreNot() throws IOException {
        var callers = new ArrayBlockingQueue<>(2, true, List.of("kafka-2", "delivery"));
        try (var some = Link.to(echo.getLocalPort(), client -> callers.remove());
                var broker = connect(some)) {
            // The link takes several connections at a time: the first must have its name before the second comes.
            assertThat(said(broker, 5)).isEqualTo(5);
            passOnlyTheService(some, broker);
        }
    }

    private static void passOnlyTheService(Link some, Socket broker) throws IOException {
        try (var service = connect(some)) {
            assertThat(said(service, 6)).isEqualTo(6);
            some.cut(caller -> caller.equals("kafka-2"));
            assertThat(said(service, 7)).isEqualTo(7);
            broker.setSoTimeout(300);
            assertThatThrownBy(() -> said(broker, 8)).isInstanceOf(SocketTimeoutException.class);

            some.mend();
            assertThat(said(service, 9)).isEqualTo(9);
            assertThatThrownBy(() -> said(broker, 10)).isInstanceOf(IOException.class);
        }
    }

    private Socket connect() throws IOException {
        return connect(link);
    }

    private static Socket connect(Link link) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), link.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static int said(Socket socket, int octet) throws IOException {
        socket.getOutputStream().write(octet);
        int back = socket.getInputStream().read();
        if (back < 0) {
            throw new IOException("closed");
        }
        return back;
    }
}
