package io.milena.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Wrong passwords from several addresses, and a client that knows its own. */
class LoginFloodTest {
    private static final String GOOD = "235 2.7.0";
    private static final String WRONG = "535 5.7.8";

    private RunningListener listener;

    @BeforeEach
    void start() throws Exception {
        listener = new RunningListener();
    }

    @AfterEach
    void stop() throws Exception {
        listener.close();
    }

    @Test
    void aClientThatLoggedInBeforeHasALaneOfItsOwn() throws Exception {
        try (var honest = new Client("127.0.0.1")) {
            assertThat(honest.login("honest", "secret")).startsWith(GOOD);
        }
        var flood = new ArrayList<Client>();
        try {
            // More than the connections to auth-service that strangers share.
            for (int i = 0; i < 30; i++) {
                var client = new Client("127.0.0." + (2 + i / 3));
                flood.add(client);
                client.sendLogin("flood-" + i, "wrong");
            }
            RunningListener.await(() -> listener.authService.floodWaiting.get() >= 16);

            for (int i = 0; i < 2; i++) {
                listener.forgetLogins();
                try (var honest = new Client("127.0.0.1")) {
                    assertThat(honest.login("honest", "secret")).startsWith(GOOD);
                }
            }
            // So it waited for none of them.
            for (var client : flood) {
                assertThat(client.in.ready()).isFalse();
            }
        } finally {
            listener.authService.floodEnds.countDown();
            for (var client : flood) {
                client.close();
            }
        }
    }

    @Test
    void manyWrongPasswordsOfOneAddressAreNotVerified() throws Exception {
        for (int i = 0; i < 10; i++) {
            assertThat(oneLogin("127.0.0.2", "anna", "wrong")).startsWith(WRONG);
        }
        int asked = listener.authService.verifications.get();
        for (int i = 0; i < 3; i++) {
            assertThat(oneLogin("127.0.0.2", "anna", "wrong")).startsWith(WRONG);
        }
        assertThat(listener.authService.verifications).hasValue(asked);

        assertThat(oneLogin("127.0.0.3", "anna", "secret")).startsWith(GOOD);
        // A secret that was right lately is right at the address of the guesses too.
        assertThat(oneLogin("127.0.0.2", "anna", "secret")).startsWith(GOOD);
    }

    private String oneLogin(String address, String username, String password) throws IOException {
        try (var client = new Client(address)) {
            return client.login(username, password);
        }
    }

    /** A client at an address of loopback. */
    private final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        Client(String address) throws IOException {
            socket = new Socket(InetAddress.getByName("127.0.0.1"), listener.port, InetAddress.getByName(address), 0);
            socket.setSoTimeout(60_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            in.readLine();
            say("EHLO client.test");
            while (in.readLine().charAt(3) == '-') {}
        }

        void sendLogin(String username, String password) throws IOException {
            var response = "\0" + username + "\0" + password;
            say("AUTH PLAIN " + Base64.getEncoder().encodeToString(response.getBytes(StandardCharsets.UTF_8)));
        }

        String login(String username, String password) throws IOException {
            sendLogin(username, password);
            return in.readLine();
        }

        private void say(String line) throws IOException {
            socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
