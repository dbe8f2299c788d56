package io.milena.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Small file systems in memory (tmpfs) for the data of a broker and of PostgreSQL, each of which can be full. To mount
 * them takes root. Thread-safe.
 */
final class Disks implements AutoCloseable {
    private static final int FILL_ATTEMPTS = 20;

    private static final String ROOMY = "4g";
    private static final Duration END_LIMIT = Duration.ofSeconds(60);

    private final List<Path> mounted = new ArrayList<>();
    private final Thread atInterrupt = new Thread(this::unmountWhenIdle);
    private volatile boolean kept;

    Disks() {
        Runtime.getRuntime().addShutdownHook(atInterrupt);
    }

    static boolean canMount() throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return false;
        }
        var probe = Files.createTempDirectory("milena-disk");
        boolean can = run("mount", "-t", "tmpfs", "-o", "size=1m", "milena-faults", probe.toString()) == 0
                && run("umount", probe.toString()) == 0;
        Files.deleteIfExists(probe);
        return can;
    }

    /** Puts a file system of its own there. */
    synchronized void mount(Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        if (run("mount", "-t", "tmpfs", "-o", "size=" + ROOMY + ",mode=0755", "milena-faults", directory.toString())
                != 0) {
            throw new IOException(directory + " could not be mounted");
        }
        mounted.add(directory);
    }

    /** Takes away all room that is free. */
    static void fill(Path directory) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            var store = Files.getFileStore(directory);
            long used = store.getTotalSpace() - store.getUnallocatedSpace();
            try {
                resize(directory, Long.toString(Math.max(4096, used)));
                return;
            } catch (IOException writtenMeanwhile) {
                if (attempt == FILL_ATTEMPTS) {
                    throw writtenMeanwhile;
                }
            }
        }
    }

    static void empty(Path directory) throws IOException, InterruptedException {
        resize(directory, ROOMY);
    }

    private static void resize(Path directory, String size) throws IOException, InterruptedException {
        if (run("mount", "-o", "remount,size=" + size, directory.toString()) != 0) {
            throw new IOException(directory + " could not be resized");
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor();
    }

    /** Leaves the file systems for an examination. */
    void keep() {
        kept = true;
    }

    /** The platform ends at an interrupt too, and its disks are busy until then. */
    private void unmountWhenIdle() {
        long end = System.nanoTime() + END_LIMIT.toNanos();
        try {
            for (var directory : List.copyOf(mounted)) {
                while (!kept && run("umount", directory.toString()) != 0 && System.nanoTime() < end) {
                    TimeUnit.MILLISECONDS.sleep(500);
                }
            }
        } catch (IOException e) {
            System.err.println("milena: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
    }

    @Override
    public synchronized void close() {
        if (!kept) {
            mounted.forEach(Disks::remove);
            mounted.clear();
        }
    }

    private static void remove(Path directory) {
        try {
            run("umount", "-l", directory.toString());
            for (var path = directory; path != null; path = path.getParent()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException notEmpty) {
            // The directories above have other files.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
