package io.milena.faults;

import io.milena.testing.Jvm;
import io.milena.testing.PlatformProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Bad input without other faults, and what it leaves behind: ingest-service has the heap and descriptors of before, has
 * served good clients throughout, and no log has a raw control character. Confined to one thread.
 */
final class Soak {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration BASELINE_LIMIT = Duration.ofSeconds(60);
    private static final double HEAP_RESERVE_MIB = 16;
    private static final long DESCRIPTOR_RESERVE = 24;

    private final PlatformProcess platform;
    private final Ledger ledger;

    Soak(PlatformProcess platform, Ledger ledger) {
        this.platform = platform;
        this.ledger = ledger;
    }

    private record Footprint(double heapMib, long descriptors) {
        static Footprint of(Jvm process) throws IOException, InterruptedException {
            try (var descriptors = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
                return new Footprint(process.liveHeap(), descriptors.count());
            }
        }

        boolean isWithin(Footprint before) {
            return heapMib <= before.heapMib + HEAP_RESERVE_MIB
                    && descriptors <= before.descriptors + DESCRIPTOR_RESERVE;
        }
    }

    /** Closes the input. */
    void run(BadInput input, Duration length) throws IOException, InterruptedException {
        var ingest = platform.part("ingest");
        var before = Footprint.of(ingest);
        int sessions = input.count();
        input.intensify();
        long end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() < end) {
            int accepted = ledger.accepted();
            TimeUnit.MILLISECONDS.sleep(INTERVAL.toMillis());
            if (ledger.accepted() == accepted) {
                ledger.collapsed("no good client was served for " + INTERVAL.toSeconds() + " s of bad input");
            }
        }
        input.close();
        var after = Footprint.of(ingest);
        long limit = System.nanoTime() + BASELINE_LIMIT.toNanos();
        while (!after.isWithin(before) && System.nanoTime() < limit) {
            TimeUnit.SECONDS.sleep(1);
            after = Footprint.of(ingest);
        }
        if (!after.isWithin(before)) {
            ledger.collapsed("ingest after bad input: " + after + ", before: " + before);
        }
        System.out.printf(
                "Bad input: %d sessions in %d s; heap %.0f MiB before and %.0f after, descriptors %d and %d%n",
                input.count() - sessions,
                length.toSeconds(),
                before.heapMib,
                after.heapMib,
                before.descriptors,
                after.descriptors);
        for (var log : logs()) {
            checkLog(log);
        }
    }

    private List<Path> logs() throws IOException {
        try (var files = Files.list(platform.data().resolve("log"))) {
            return files.toList();
        }
    }

    private void checkLog(Path log) throws IOException {
        int line = 1;
        for (byte octet : Files.readAllBytes(log)) {
            if (octet == '\n') {
                line++;
            } else if ((octet >= 0 && octet < ' ' && octet != '\t') || octet == 127) {
                ledger.collapsed("%s:%d has a raw control character (%d)".formatted(log, line, octet));
                return;
            }
        }
    }
}
