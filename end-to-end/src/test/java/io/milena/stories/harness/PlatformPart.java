package io.milena.stories.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process of a split platform, found by its pid file, and its possible faults. */
public record PlatformPart(Platform platform, String name) {
    private static final int END_LIMIT_SECONDS = 60;

    /** Starts it if it does not run, and returns when it is ready. */
    public void start() {
        if (process().isEmpty()) {
            platform.startPart(name);
        }
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
                .orElseThrow(() -> new IllegalStateException(name + " does not run"))
                .pid();
        try {
            int status = new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill -" + signal + " of " + name + ": " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Optional<ProcessHandle> process() {
        try {
            var pid = Path.of(platform.data().toString(), "run", name + ".pid");
            return Files.exists(pid)
                    ? ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
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
            throw new IllegalStateException(name + " does not end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
