package io.milena.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.milena.ingest.tls.KeyMaterial;
import io.milena.ingest.transcript.TranscriptPlayer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocols and ciphers that a client may negotiate, on the port with TLS from the first octet. */
class TlsTest {
    private RunningListener running;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        running = new RunningListener();
    }

    @AfterEach
    void stop() throws InterruptedException {
        running.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"
            })
    void authenticatedEncryptionWithForwardSecrecyIsSpoken(String suite) throws IOException {
        try (var client = client("TLSv1.2", suite)) {
            assertThat(line(client)).startsWith("220 ");
            assertThat(client.getSession().getCipherSuite()).isEqualTo(suite);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"})
    void cipherBlockChainingIsNot(String suite) throws IOException {
        try (var client = client("TLSv1.2", suite)) {
            assertThatThrownBy(client::startHandshake).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aSecondHandshakeInTheSameConnectionIsRefused() throws IOException {
        try (var client = client("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")) {
            assertThat(line(client)).startsWith("220 ");
            assertThatThrownBy(() -> {
                        client.startHandshake();
                        client.getOutputStream().write("NOOP\r\n".getBytes(StandardCharsets.US_ASCII));
                        line(client);
                    })
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void eachSuiteIsKnownToThisJdk() {
        assertThat(Set.of(
                        TranscriptPlayer.trusting().getSupportedSSLParameters().getCipherSuites()))
                .containsAll(KeyMaterial.CIPHER_SUITES);
    }

    private SSLSocket client(String protocol, String... suites) throws IOException {
        var socket =
                (SSLSocket) TranscriptPlayer.trusting().getSocketFactory().createSocket("127.0.0.1", running.tlsPort);
        socket.setSoTimeout(60_000);
        socket.setEnabledProtocols(new String[] {protocol});
        socket.setEnabledCipherSuites(suites);
        return socket;
    }

    private static String line(SSLSocket client) throws IOException {
        var line = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))
                .readLine();
        if (line == null) {
            throw new IOException("the server closed the connection");
        }
        return line;
    }
}
