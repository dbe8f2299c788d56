package io.milena.faults;

import io.milena.testing.PidFile;
import io.milena.testing.PlatformProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * The processes of the platform. A fault claims its victims, so that no other fault strikes them meanwhile; faults with
 * other victims overlap with it. Thread-safe.
 */
final class Parts {
    /** Replicas of delivery-service that run during some faults only. */
    static final List<String> REPLICAS = List.of("delivery-2", "delivery-3");

    private static final Duration END_LIMIT = Duration.ofSeconds(60);
    private static final Duration START_LIMIT = Duration.ofSeconds(400);
    private static final Duration BEFORE_NEXT_START = Duration.ofMillis(300);

    private final PlatformProcess platform;
    private final Launcher launcher;
    private final Ledger ledger;
    private final List<String> names;
    private final Map<String, Semaphore> claims = new TreeMap<>();
    private final AtomicInteger starting = new AtomicInteger();

    Parts(PlatformProcess platform, Launcher launcher, Ledger ledger, int brokers) {
        this.platform = platform;
        this.launcher = launcher;
        this.ledger = ledger;
        var all = new ArrayList<>(brokers(brokers));
        all.addAll(List.of("postgres", "auth", "bounce", "delivery", "ingest"));
        names = List.copyOf(all);
        names.forEach(name -> claims.put(name, new Semaphore(1)));
    }

    static List<String> brokers(int number) {
        return IntStream.rangeClosed(1, number)
                .mapToObj(node -> "kafka-" + node)
                .toList();
    }

    /** All parts that run outside faults: the brokers first, as in an orderly start. */
    List<String> names() {
        return names;
    }

    /** Parts that are one's own until closed. */
    record Claim(List<Semaphore> held) implements AutoCloseable {
        @Override
        public void close() {
            held.forEach(Semaphore::release);
        }
    }

    /** Waits until no other fault has one of these victims. */
    Claim claim(Collection<String> victims) throws InterruptedException {
        var held = new ArrayList<Semaphore>();
        // Everybody claims in one order, so nobody waits in a circle.
        for (var name : victims.stream().distinct().sorted().toList()) {
            var semaphore = claims.get(name);
            if (semaphore != null) {
                semaphore.acquire();
                held.add(semaphore);
            }
        }
        return new Claim(held);
    }

    boolean areFree(Collection<String> victims) {
        return victims.stream().allMatch(name -> claims.get(name).availablePermits() > 0);
    }

    /** Number of parts that are starting now. */
    int starting() {
        return starting.get();
    }

    PidFile pid(String name) {
        return platform.pidFile(name);
    }

    /** SIGKILL; of PostgreSQL the server, whose watching process ends with it. */
    void kill(String name) throws IOException, InterruptedException {
        if (name.equals("postgres")) {
            postgres().kill();
            awaitEnd(name);
        } else {
            pid(name).kill();
        }
    }

    void kill(Collection<String> victims) throws IOException, InterruptedException {
        together(victims, this::kill);
    }

    void terminate(String name) {
        try {
            pid(name).terminate();
        } catch (IllegalStateException e) {
            ledger.collapsed(name + " did not end within a minute of SIGTERM");
            pid(name).kill();
        }
    }

    void start(Collection<String> victims) throws IOException, InterruptedException {
        together(victims, this::start);
    }

    private interface Action {
        void on(String name) throws IOException, InterruptedException;
    }

    private static void together(Collection<String> victims, Action action) throws IOException, InterruptedException {
        var all = new ArrayList<Future<Void>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var name : victims) {
                all.add(threads.submit((Callable<Void>) () -> {
                    action.on(name);
                    return null;
                }));
            }
        }
        for (var one : all) {
            try {
                one.get();
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            }
        }
    }

    /**
     * Starts a part, and again if it ends while another part that it needs is away, as an orchestrator would; an end
     * while all others are well is a collapse.
     */
    void start(String name) throws IOException, InterruptedException {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        starting.incrementAndGet();
        try {
            while (true) {
                boolean alone = isAlone(name);
                try {
                    ledger.started(launcher.start(name));
                    return;
                } catch (Launcher.EndedException e) {
                    if (alone && isAlone(name)) {
                        ledger.collapsed(e.getMessage());
                    }
                    if (System.nanoTime() > end) {
                        throw new IOException(e);
                    }
                    TimeUnit.MILLISECONDS.sleep(BEFORE_NEXT_START.toMillis());
                }
            }
        } finally {
            starting.decrementAndGet();
        }
    }

    /** Whether no fault has another victim now. */
    private boolean isAlone(String name) {
        return claims.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(name))
                .allMatch(entry -> entry.getValue().availablePermits() > 0);
    }

    /** The server that the part {@code postgres} watches. */
    private PidFile postgres() {
        return new PidFile(platform.data().resolve("postgres/data/postmaster.pid"));
    }

    void awaitEnd(String name) throws IOException, InterruptedException {
        long end = System.nanoTime() + END_LIMIT.toNanos();
        while (pid(name).isAlive()) {
            if (System.nanoTime() > end) {
                throw new IOException(name + " has not ended after " + END_LIMIT);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Starts every part that ended though nobody has claimed it, and notes that as a collapse. */
    void restartCollapsed(String after) throws IOException, InterruptedException {
        for (var name : names) {
            var claim = claims.get(name);
            if (claim.tryAcquire()) {
                try {
                    if (!pid(name).isAlive()) {
                        ledger.collapsed("%s ended by itself after '%s'".formatted(name, after));
                        start(name);
                    }
                } finally {
                    claim.release();
                }
            }
        }
    }

    /** Ends each part in order and starts it as faults do; the ends write the archives that make later starts cheap. */
    void relaunch() throws IOException, InterruptedException {
        var services = names.stream().filter(name -> !isStore(name)).toList();
        for (int round = 0; round < 2; round++) {
            together(services, this::terminate);
            for (var name : names) {
                if (isStore(name)) {
                    terminate(name);
                    start(name);
                }
            }
            start(services);
        }
    }

    private static boolean isStore(String name) {
        return name.startsWith("kafka") || name.equals("postgres");
    }
}
