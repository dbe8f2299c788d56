package io.milena.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.testing.PidFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallersTest {
    @TempDir
    private Path run;

    @Test
    void aPartIsKnownByItsSocket() throws Exception {
        var other = new ProcessBuilder("sleep", "60").start();
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            note("kafka-1", other.pid());
            note("kafka-2", ProcessHandle.current().pid());

            assertThat(caller(server, "kafka-1", "kafka-2")).isEqualTo("kafka-2");
            assertThat(caller(server, "kafka-1")).isEmpty();
            assertThat(caller(server, "kafka-1", "kafka-3")).isEmpty();
        } finally {
            other.destroyForcibly();
        }
    }

    private void note(String name, long pid) throws IOException {
        Files.writeString(run.resolve(name), pid + "\n");
    }

    private String caller(ServerSocket server, String... names) throws IOException {
        try (var client = new Socket(server.getInetAddress(), server.getLocalPort());
                var accepted = server.accept()) {
            return new Callers(List.of(names), name -> new PidFile(run.resolve(name))).of(accepted);
        }
    }
}
