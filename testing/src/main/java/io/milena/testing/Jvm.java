package io.milena.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A Java process, measured from outside. */
public record Jvm(long pid) {
    private static final double MIB = 1048576;

    /** MiB of reachable objects: the class histogram collects garbage first. */
    public double liveHeap() throws IOException, InterruptedException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        var process = new ProcessBuilder(jcmd, Long.toString(pid), "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        var total = output.lines().filter(line -> line.startsWith("Total")).findFirst();
        return Long.parseLong(
                        total.orElseThrow(() -> new IOException(output)).strip().split("\\s+")[2])
                / MIB;
    }

    /** MiB of resident memory now. */
    public long resident() throws IOException {
        return status("VmRSS");
    }

    /** MiB of resident memory at its peak. */
    public long peakResident() throws IOException {
        return status("VmHWM");
    }

    private long status(String field) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                        .filter(line -> line.startsWith(field))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum()
                / 1024;
    }

    public Duration cpu() {
        return ProcessHandle.of(pid)
                .flatMap(handle -> handle.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }
}
