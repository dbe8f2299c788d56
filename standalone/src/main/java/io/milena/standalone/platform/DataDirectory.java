package io.milena.standalone.platform;

import io.milena.embedded.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The directory of everything that survives a restart, laid out alike for one process and for a split platform. */
public record DataDirectory(Path root) {
    /** Keeps locks referenced: the garbage collector would release them. */
    private static final List<FileLock> HELD = new CopyOnWriteArrayList<>();

    /** Makes the directory if it does not exist. */
    public static DataDirectory in(Path root) {
        try {
            PrivateFile.directory(root);
        } catch (UncheckedIOException e) {
            throw new StartException("the data directory " + root + " cannot be made: " + e.getCause(), e);
        }
        if (!Files.isWritable(root)) {
            throw new StartException(
                    "the data directory " + root + " belongs to somebody else: choose another with --data");
        }
        return new DataDirectory(root);
    }

    /**
     * Locks the directory for this process until the process ends; the operating system unlocks it even if the process
     * is killed.
     */
    public void lock() {
        try {
            var channel = FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            var lock = channel.tryLock();
            if (lock == null) {
                throw new StartException("another milena runs on " + root + ": stop it or choose another with --data");
            }
            // The process number lets a command end this process.
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            HELD.add(lock);
        } catch (OverlappingFileLockException e) {
            throw new StartException("this process runs on " + root + " already", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a platform has run on the directory and none does now. */
    public boolean isAtRest() {
        return Files.exists(root.resolve("lock")) && holder().isEmpty();
    }

    /** The process that runs on the directory; empty if there is none or it is this one. */
    public Optional<ProcessHandle> holder() {
        var file = root.resolve("lock");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
                var lock = channel.tryLock()) {
            return lock != null ? Optional.empty() : pid(file).flatMap(ProcessHandle::of);
        } catch (OverlappingFileLockException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Long> pid(Path file) throws IOException {
        var text = Files.readString(file).strip();
        return text.matches("\\d{1,9}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }

    public Path kafka(int node) {
        return root.resolve("kafka-" + node);
    }

    public Path postgres() {
        return root.resolve("postgres");
    }

    public Path postbox() {
        return root.resolve("postbox");
    }

    public Path tls() {
        return root.resolve("tls");
    }

    public Path credentials() {
        return root.resolve("credentials.json");
    }

    public Path secrets() {
        return PrivateFile.directory(root.resolve("secrets"));
    }

    /** Directory of the settings and process numbers of the running processes. */
    public Path run() {
        return PrivateFile.directory(root.resolve("run"));
    }

    public Path log() {
        return PrivateFile.directory(root.resolve("log"));
    }
}
