package io.milena.stories.harness;

import io.milena.testing.PidFile;

/** A process of a split platform, and its possible faults. */
public record PlatformPart(Platform platform, String name) {
    /** Starts it if it does not run, and returns when it is ready. */
    public void start() {
        if (!pidFile().isAlive()) {
            platform.startPart(name);
        }
    }

    /** SIGKILL, and waits for the end. */
    public void kill() {
        pidFile().kill();
    }

    /** SIGTERM, and waits for the end. */
    public void terminate() {
        pidFile().terminate();
    }

    /** SIGSTOP: it lives, and does nothing, until {@link #thaw()}. */
    public void freeze() {
        pidFile().freeze();
    }

    /** SIGCONT. */
    public void thaw() {
        pidFile().thaw();
    }

    private PidFile pidFile() {
        return new PidFile(platform.data().resolve("run").resolve(name + ".pid"));
    }
}
