package io.milena.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {
    private Process process;
    private PidFile file;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        process = new ProcessBuilder("sleep", "300").start();
        // As PostgreSQL writes it: other lines behind the number.
        file = new PidFile(Files.writeString(directory.resolve("sleep.pid"), process.pid() + "\n/data\n"));
    }

    @AfterEach
    void end() {
        process.destroyForcibly();
    }

    @Test
    @Timeout(20)
    void aFrozenProcessLivesAndGoesOnWhenItIsThawed() throws IOException {
        file.freeze();
        assertThat(file.isAlive()).isTrue();
        while (!state().equals("T")) {
            Thread.onSpinWait();
        }

        file.thaw();
        while (state().equals("T")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aKilledOrTerminatedProcessHasEnded() {
        file.kill();
        assertThat(file.isAlive()).isFalse();
        file.terminate();
    }

    @Test
    void withoutAFileThereIsNoProcess() {
        assertThat(new PidFile(Path.of("no-such-file.pid")).isAlive()).isFalse();
    }

    /** The state of the process, as the kernel tells it behind its name in parentheses. */
    private String state() throws IOException {
        var stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1);
    }
}
