package io.milena.standalone.split;

import io.milena.embedded.StartException;
import io.milena.standalone.platform.DataDirectory;
import io.milena.standalone.platform.Terminal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Starts parts, reports when one ends, and ends them all when this process is told to end. It restarts nothing: a
 * person must look at a part that dies.
 */
final class Supervisor {
    private final DataDirectory data;
    private final Map<String, Long> seen = new ConcurrentHashMap<>();
    /**
     * Parts found dead once. ./milena stop removes the pid file only a moment after the end, so one look is not enough.
     */
    private final Set<String> suspects = new HashSet<>();

    private volatile boolean stopping;

    Supervisor(DataDirectory data) {
        this.data = data;
        Runtime.getRuntime().addShutdownHook(new Thread(this::stopAll));
    }

    /** Starts the parts together and returns when all are ready. */
    void start(List<Part> parts) {
        parts.forEach(part -> part.save(data));
        var starting = new ArrayList<Future<?>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var part : parts) {
                starting.add(threads.submit(() -> start(part)));
            }
        }
        for (var part : starting) {
            try {
                part.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof StartException cause ? cause : new IllegalStateException(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void start(Part part) {
        if (stopping) {
            return;
        }
        long begin = System.nanoTime();
        var process = new PartProcess(data, part.name());
        process.start(part);
        process.recordedPid().ifPresent(pid -> {
            seen.put(part.name(), pid);
            Terminal.say(
                    "%s is up after %.1f s (pid %d)".formatted(part.name(), (System.nanoTime() - begin) / 1e9, pid));
        });
    }

    /** Reports the ends of parts; returns when this process ends. */
    void watch() {
        while (!stopping) {
            List.copyOf(seen.keySet()).forEach(this::look);
            try {
                TimeUnit.SECONDS.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void look(String name) {
        var process = new PartProcess(data, name);
        long before = seen.get(name);
        boolean recorded = process.recordedPid().isPresent();
        long now = process.handle().map(ProcessHandle::pid).orElse(0L);
        if (now == before || stopping || (now == 0 && recorded && suspects.add(name))) {
            return;
        }
        suspects.remove(name);
        seen.put(name, now);
        if (now != 0) {
            Terminal.say(name + " runs again (pid " + now + ")");
        } else if (recorded) {
            Terminal.complain("%s (pid %d) has ended by itself; see %s, start it again with ./milena start %s --data %s"
                    .formatted(name, before, process.log(), name, data.root()));
        } else {
            Terminal.say(name + " was stopped");
        }
    }

    private void stopAll() {
        stopping = true;
        for (var name : SplitCommands.stopOrder(data)) {
            new PartProcess(data, name).stop();
            Terminal.say(name + " has stopped");
        }
    }
}
