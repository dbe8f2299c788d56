package io.milena.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PostgresBinariesTest {
    @TempDir
    private Path dir;

    private Path cache;
    private Path data;

    @BeforeEach
    void name() {
        cache = dir.resolve("cache");
        data = dir.resolve("data");
    }

    @Test
    @Timeout(60)
    void twoThatUnpackAtOnceUseOneCopyAndLeaveNothingElse() throws Exception {
        var barrier = new CyclicBarrier(2);
        var opened = ThreadLocal.withInitial(AtomicInteger::new);
        var archive = archive("17");
        var binaries = new PostgresBinaries(
                () -> {
                    // The second time is for the content, when each has seen that the programs are missing.
                    if (opened.get().incrementAndGet() == 2) {
                        meet(barrier);
                    }
                    return new ByteArrayInputStream(archive);
                },
                cache);
        Callable<Path> unpacking = () -> binaries.unpacked(data);
        try (var threads = Executors.newFixedThreadPool(2)) {
            var first = threads.submit(unpacking);
            var second = threads.submit(unpacking);
            assertThat(first.get().toString()).isEqualTo(second.get().toString());
            assertThat(entries(cache)).containsExactly(first.get());
        }
        assertThat(data).doesNotExist();
    }

    @Test
    void programsAreUnpackedOnceAndANewVersionBesideThem() throws Exception {
        var old = binaries("17").unpacked(data);
        assertThat(old.resolve("bin/postgres")).isExecutable().hasContent("17");
        var made = Files.getLastModifiedTime(old);

        assertThat(binaries("17").unpacked(data).toString()).isEqualTo(old.toString());
        assertThat(Files.getLastModifiedTime(old)).isEqualTo(made);

        assertThat(binaries("18").unpacked(data).resolve("bin/postgres")).hasContent("18");
        assertThat(old.resolve("bin/postgres")).hasContent("17");
    }

    /** Root may write to every directory, so here the cache is none. */
    @Test
    void withoutACacheTheProgramsAreInTheDataDirectory() throws Exception {
        Files.writeString(cache, "");

        var unpacked = binaries("17").unpacked(data);

        assertThat(unpacked.getParent().toString()).isEqualTo(data.toString());
        assertThat(unpacked.resolve("bin/postgres")).isExecutable();
    }

    private PostgresBinaries binaries(String content) throws IOException {
        var archive = archive(content);
        return new PostgresBinaries(() -> new ByteArrayInputStream(archive), cache);
    }

    private static byte[] archive(String content) throws IOException {
        var octets = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new XZCompressorOutputStream(octets))) {
            var program = new TarArchiveEntry("bin/postgres");
            program.setMode(0755);
            program.setSize(content.length());
            tar.putArchiveEntry(program);
            tar.write(content.getBytes(StandardCharsets.US_ASCII));
            tar.closeArchiveEntry();
        }
        return octets.toByteArray();
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Path> entries(Path of) throws IOException {
        try (Stream<Path> entries = Files.list(of)) {
            return entries.toList();
        }
    }
}
