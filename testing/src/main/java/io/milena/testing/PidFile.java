package io.milena.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process that another process started, found by its pid file, and its possible faults. Each call reads the file
 * anew. Throws {@link IllegalStateException} if a process does not end within a minute.
 */
public record PidFile(Path file) {
    private static final int END_LIMIT_SECONDS = 60;

    public boolean isAlive() {
        return process().isPresent();
    }

    /** The number of the process, if it runs. */
    public Optional<Long> pid() {
        return process().map(ProcessHandle::pid);
    }

    /** SIGKILL, and waits for the end. */
    public void kill() {
        process().ifPresent(process -> {
            process.destroyForcibly();
            awaitEnd(process);
        });
    }

    /** SIGTERM, and waits for the end. */
    public void terminate() {
        process().ifPresent(process -> {
            process.destroy();
            awaitEnd(process);
        });
    }

    /** SIGSTOP: it lives, and does nothing, until {@link #thaw()}. */
    public void freeze() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String signal) {
        var pid = process()
                .orElseThrow(() -> new IllegalStateException(file + ": the process does not run"))
                .pid();
        try {
            int status = new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill -" + signal + " " + pid + ": " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The process, if it runs. Its number is on the first line, as PostgreSQL writes it. */
    private Optional<ProcessHandle> process() {
        try {
            return Files.exists(file)
                    ? ProcessHandle.of(Long.parseLong(
                                    Files.readAllLines(file).getFirst().strip()))
                            .filter(ProcessHandle::isAlive)
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitEnd(ProcessHandle process) {
        try {
            process.onExit().get(END_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new IllegalStateException(file + ": the process does not end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
