package io.milena.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * The server's programs, unpacked from the archive on the class path: once for each user, in a cache that all data
 * directories share, since to unpack them takes more CPU than the rest of a start. Thread-safe, also among processes.
 */
final class PostgresBinaries {
    private static final Logger LOG = Logger.getLogger(PostgresBinaries.class.getName());

    private final Supplier<InputStream> archive;
    private final Path cache;

    /** {@code archive}: opens it, a {@code .txz}; {@code cache}: a directory that need not exist. */
    PostgresBinaries(Supplier<InputStream> archive, Path cache) {
        this.archive = archive;
        this.cache = cache;
    }

    /** Those of this machine's architecture. */
    static PostgresBinaries here() {
        return new PostgresBinaries(PostgresBinaries::archive, cache());
    }

    /** The folder with {@code bin/postgres}, in the cache; in {@code otherwise} if nothing can be written there. */
    Path unpacked(Path otherwise) throws IOException {
        var version = "postgres-%08x".formatted(checksum());
        try {
            return in(cache.resolve(version));
        } catch (IOException e) {
            LOG.log(Level.FINE, "PostgreSQL is unpacked to " + otherwise, e);
            return in(otherwise.resolve(version));
        }
    }

    /** As the XDG base directory specification has it. */
    private static Path cache() {
        var told = System.getenv("XDG_CACHE_HOME");
        return told == null || !told.startsWith("/")
                ? Path.of(System.getProperty("user.home"), ".cache", "milena")
                : Path.of(told, "milena");
    }

    private Path in(Path dir) throws IOException {
        if (Files.isExecutable(dir.resolve("bin/postgres"))) {
            return dir;
        }
        Files.createDirectories(dir.getParent());
        var unfinished = Files.createTempDirectory(dir.getParent(), "unpacking");
        try (var opened = archive.get()) {
            unpack(opened, unfinished);
            Files.move(unfinished, dir, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // Another process may have been faster.
            if (!Files.isExecutable(dir.resolve("bin/postgres"))) {
                throw e;
            }
        } finally {
            Directories.delete(unfinished);
        }
        return dir;
    }

    private long checksum() throws IOException {
        var sum = new CRC32();
        try (var checked = new CheckedInputStream(archive.get(), sum)) {
            checked.transferTo(OutputStream.nullOutputStream());
        }
        return sum.getValue();
    }

    private static InputStream archive() {
        var architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        var name = "/postgres-linux-" + (architecture.equals("aarch64") ? "arm_64" : "x86_64") + ".txz";
        var archive = PostgresBinaries.class.getResourceAsStream(name);
        if (archive == null) {
            throw new StartException("no PostgreSQL for " + System.getProperty("os.name") + " on " + architecture
                    + " is on the class path (looked for " + name + ")");
        }
        return archive;
    }

    private static void unpack(InputStream archive, Path to) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive)))) {
            for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
                var target = to.resolve(entry.getName()).normalize();
                if (!target.startsWith(to)) {
                    throw new IOException("archive entry outside its folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                    continue;
                }
                Files.createDirectories(target.getParent());
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, target);
                    if ((entry.getMode() & 0100) != 0) {
                        makeExecutable(target);
                    }
                }
            }
        }
    }

    private static void makeExecutable(Path file) throws IOException {
        var permissions = EnumSet.copyOf(Files.getPosixFilePermissions(file));
        permissions.add(PosixFilePermission.OWNER_EXECUTE);
        Files.setPosixFilePermissions(file, permissions);
    }
}
