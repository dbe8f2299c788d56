package io.milena.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    @Test
    void eachCallGivesAnotherPort() {
        var ports = new HashSet<Integer>();
        for (int i = 0; i < 50; i++) {
            ports.add(FreePorts.take());
        }
        assertThat(ports).hasSize(50).allMatch(port -> port < 32_768);
    }

    @Test
    void aPortInUseOnAnotherLoopbackAddressIsSkipped() throws Exception {
        int next = FreePorts.take() + 1;
        try (var server = new ServerSocket(next, 1, InetAddress.ofLiteral("127.0.1.9"))) {
            assertThat(FreePorts.take()).isNotEqualTo(server.getLocalPort());
        }
    }
}
