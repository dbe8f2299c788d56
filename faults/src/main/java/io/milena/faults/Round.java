package io.milena.faults;

import io.milena.testing.FreePorts;
import io.milena.testing.PlatformProcess;
import io.milena.topics.kafka.KafkaClients;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One run: a platform under load, faults in two lanes until the time is over and each nemesis had its turn, the end of
 * the load, and a wait until nothing is left in the queues.
 */
final class Round {
    private static final Duration FLOW_LIMIT = Duration.ofSeconds(60);
    private static final Duration FLOW_WAIT = Duration.ofSeconds(15);
    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(5);
    private static final Duration DRAIN_LIMIT_OF_A_MUTANT = Duration.ofMinutes(1);
    /** How long to look for what must not come, behind the last message. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(5);

    private static final Duration SHORTEST_SOAK = Duration.ofSeconds(30);
    /** Arrivals that show that mail flows. */
    private static final int FLOW = 20;
    /** Kills whose victims are starting at one time: more would only wait for the two cores. */
    private static final int MOST_KILLS_AT_ONCE = 3;

    /** A short life on shared cores: little compiling, little collecting. */
    private static final Map<String, String> JVM =
            Map.of("JAVA_TOOL_OPTIONS", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1");

    private final Options options;
    private final Ledger ledger = new Ledger();
    private final Collection<Fault> faults = new ConcurrentLinkedQueue<>();
    private final List<String> skipped = new ArrayList<>();
    /** Number of arrivals that show that mail flows again since the last fault on its way. */
    private final AtomicInteger flowMark = new AtomicInteger();

    private final Semaphore kills = new Semaphore(MOST_KILLS_AT_ONCE);
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    private final AtomicBoolean ended = new AtomicBoolean();

    Round(Options options) {
        this.options = options;
    }

    /**
     * Ends the faults before their time, and the rest of {@link #run()} follows; false if that was asked for before. For
     * any thread.
     */
    boolean end() {
        return ended.compareAndSet(false, true);
    }

    /** Runs it once, prints each fault, and returns its report. */
    Report run() throws IOException, InterruptedException {
        var begin = Instant.now();
        int authPort = FreePorts.take();
        int postgresPort = FreePorts.take();
        boolean mounting = Disks.canMount();
        try (var disks = new Disks();
                var hosts = Hosts.open(ledger);
                var toAuth = Link.to(authPort);
                var toPostgres = Link.to(postgresPort);
                var brokerLinks = new BrokerLinks();
                var platform = PlatformProcess.start(
                        options.milena(),
                        settings(hosts, authPort, toAuth, postgresPort, toPostgres),
                        List.of("--split", "--brokers", Integer.toString(options.brokers()), "--deliveries", "3"),
                        JVM,
                        data -> {
                            if (mounting) {
                                for (var broker : Parts.brokers(options.brokers())) {
                                    disks.mount(data.resolve(broker));
                                }
                                disks.mount(data.resolve("postgres"));
                            }
                        })) {
            brokerLinks.open(platform, options.brokers());
            var kafka = KafkaClients.of(platform.kafka(), Map.of());
            var clocks = Clocks.in(platform.data().resolveSibling("clocks"));
            var parts = new Parts(
                    platform,
                    new Launcher(
                            platform,
                            clocks,
                            brokerLinks,
                            options.mutant(),
                            options.milena().toAbsolutePath().getParent()),
                    ledger,
                    options.brokers());
            Parts.REPLICAS.forEach(parts::terminate);
            parts.relaunch();
            var password = platform.credentials().at("/smtp/password").asText();
            try (var topics = TopicWatch.begin(kafka, ledger);
                    var moments = Moments.begin(kafka);
                    var changes = Changes.begin(platform.credentials(), ledger);
                    var badInput = BadInput.begin(platform, options.seed(), ledger);
                    var load = Load.begin(platform.smtpPort(), password, ledger, parts::starting)) {
                awaitFlow();
                var scene = new Scene(
                        parts, platform.data(), hosts, toAuth, toPostgres, brokerLinks, ledger, kafka, moments, clocks);
                strike(scene, mounting);
                changes.close();
                new Soak(platform, ledger).run(badInput, soak());
                load.stop();
                drain(scene);
            }
            var evidence = ledger.evidence(
                    faults.stream().sorted(Comparator.comparing(Fault::begin)).toList());
            var report = Report.of(options, Duration.between(begin, Instant.now()), evidence, skipped, ledger.starts());
            if (!report.isGood()) {
                if (options.mutant() != Mutant.NONE) {
                    return report;
                }
                disks.keep();
                System.out.println("Data and logs stay in " + platform.keepFiles());
            }
            return report;
        }
    }

    private static Map<String, String> settings(
            Hosts hosts, int authPort, Link toAuth, int postgresPort, Link toPostgres) {
        var settings = new TreeMap<>(hosts.settings());
        settings.put("milena.split.auth-http-port", Integer.toString(authPort));
        settings.put("milena.auth.url", "http://127.0.0.1:" + toAuth.port());
        settings.put("milena.standalone.postgres-port", Integer.toString(postgresPort));
        settings.put("quarkus.datasource.jdbc.url", "jdbc:postgresql://127.0.0.1:" + toPostgres.port() + "/milena");
        for (var replica : Parts.REPLICAS) {
            settings.put("milena.split." + replica + "-http-port", Integer.toString(FreePorts.take()));
        }
        settings.put("milena.hostname", "mta.faults.test");
        settings.put("milena.retry.delays", "1s,2s");
        // No report of a delay, which says nothing of the end of a message. So mail for hosts that rest goes on hold
        // for a day, and the round ends only if a flush brings it back.
        settings.put("milena.retry.delay-report", "0");
        settings.put("milena.delivery.suspend.first", "1s");
        settings.put("milena.delivery.suspend.max", "2s");
        return settings;
    }

    /** A sixtieth of the length, and half a minute at least. */
    private Duration soak() {
        var part = options.length().dividedBy(60);
        return part.compareTo(SHORTEST_SOAK) < 0 ? SHORTEST_SOAK : part;
    }

    private void strike(Scene scene, boolean mounting) throws IOException, InterruptedException {
        var slow = new ArrayList<>(Nemeses.slow(options.brokers()));
        if (mounting) {
            slow.addAll(Nemeses.fullDisks());
        } else {
            skipped.add("full disks (a tmpfs can be mounted by root only)");
        }
        if (scene.clocks().canStep()) {
            slow.addAll(Nemeses.clocks());
        } else {
            skipped.add("clock steps (libfaketime is missing: apt install faketime)");
        }
        skipped.forEach(line -> System.out.println("Skipped: " + line));
        var slowOnly = wanted(slow);
        var killsOnly = wanted(Nemeses.kills(options.brokers()));
        if (slowOnly.isEmpty() && killsOnly.isEmpty()) {
            throw new IOException("--only " + options.only() + ": no fault has that in its name");
        }
        long end = System.nanoTime() + options.length().toNanos();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            if (!killsOnly.isEmpty()) {
                threads.execute(() -> killLane(scene, killsOnly, end, threads));
            }
            if (!slowOnly.isEmpty()) {
                slowLane(scene, slowOnly, end);
            }
        }
        var why = failure.get();
        if (why != null) {
            throw new IOException(why);
        }
        scene.parts().restartCollapsed("the last fault");
    }

    private List<Nemesis> wanted(List<Nemesis> all) {
        return all.stream()
                .filter(nemesis -> nemesis.name().contains(options.only()))
                .toList();
    }

    /** One fault after another. */
    private void slowLane(Scene scene, List<Nemesis> nemeses, long end) {
        var schedule = new Schedule(nemeses, options.seed(), 500, 2500);
        try {
            while (goesOn(schedule, end)) {
                TimeUnit.MILLISECONDS.sleep(schedule.pauseMillis());
                var nemesis = schedule.next();
                try (var claim = scene.parts().claim(nemesis.harm().victims())) {
                    heal(scene, nemesis, strike(scene, nemesis));
                } catch (IOException | RuntimeException e) {
                    failed(nemesis, e);
                }
                scene.parts().restartCollapsed(nemesis.name());
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    /** The next kill does not wait until the victims of the last one work again. */
    private void killLane(Scene scene, List<Nemesis> nemeses, long end, Executor healers) {
        var schedule = new Schedule(nemeses, options.seed(), 1500, 4500);
        try {
            while (goesOn(schedule, end)) {
                TimeUnit.MILLISECONDS.sleep(schedule.pauseMillis());
                kills.acquire();
                boolean flowing = ledger.arrived() >= flowMark.get();
                var nemesis =
                        schedule.next(one -> scene.parts().areFree(one.harm().victims())
                                && (flowing || one.harm().copies() == Copies.NONE));
                if (nemesis.harm().copies() != Copies.NONE) {
                    awaitArrivals();
                }
                var claim = scene.parts().claim(nemesis.harm().victims());
                var struck = new CountDownLatch(1);
                healers.execute(() -> {
                    try (claim) {
                        var blow = strike(scene, nemesis);
                        struck.countDown();
                        heal(scene, nemesis, blow);
                    } catch (InterruptedException e) {
                        failure.compareAndSet(null, e);
                    } catch (IOException | RuntimeException e) {
                        failed(nemesis, e);
                    } finally {
                        struck.countDown();
                        kills.release();
                    }
                });
                struck.await();
            }
        } catch (InterruptedException | RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    /** Mail shall flow between two kills on its way. */
    private void awaitArrivals() throws InterruptedException {
        long end = System.nanoTime() + FLOW_WAIT.toNanos();
        while (ledger.arrived() < flowMark.get() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** The round goes on, and ends badly. */
    private void failed(Nemesis nemesis, Exception why) {
        ledger.collapsed("'%s' could not be carried through: %s".formatted(nemesis.name(), why));
    }

    private boolean goesOn(Schedule schedule, long end) {
        // A mutant's round need not have all.
        return failure.get() == null
                && !ended.get()
                && (System.nanoTime() < end || (!schedule.hadAll() && options.mutant() == Mutant.NONE));
    }

    private record Blow(Instant begin, Instant struck, int inTransaction) {}

    private static Blow strike(Scene scene, Nemesis nemesis) throws IOException, InterruptedException {
        nemesis.await().on(scene);
        int inTransaction = scene.hosts().inTransaction();
        var begin = Instant.now();
        nemesis.strike().on(scene);
        return new Blow(begin, Instant.now(), inTransaction);
    }

    private void heal(Scene scene, Nemesis nemesis, Blow blow) throws IOException, InterruptedException {
        nemesis.heal().on(scene);
        if (nemesis.harm().copies() != Copies.NONE) {
            flowMark.set(ledger.arrived() + FLOW);
        }
        var fault = new Fault(
                nemesis.name(), blow.begin(), blow.struck(), Instant.now(), nemesis.harm(), blow.inTransaction());
        faults.add(fault);
        System.out.printf(
                "%s %4d  %-44s %5.1f s%n",
                fault.begin().truncatedTo(ChronoUnit.SECONDS),
                faults.size(),
                fault.name(),
                Duration.between(fault.begin(), fault.end()).toMillis() / 1e3);
    }

    /** Waits until mail arrives. */
    private void awaitFlow() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (ledger.arrived() < FLOW) {
            if (System.nanoTime() - begin > FLOW_LIMIT.toNanos()) {
                throw new IOException("no mail flows " + FLOW_LIMIT.toSeconds() + " s after the start");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private void drain(Scene scene) throws IOException, InterruptedException {
        // Mail that a mutant has lost never comes.
        var limit = options.mutant() == Mutant.NONE ? DRAIN_LIMIT : DRAIN_LIMIT_OF_A_MUTANT;
        long end = System.nanoTime() + limit.toNanos();
        while (ledger.unfinished() + ledger.unburied() + ledger.unpublished() > 0 && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(500);
        }
        TimeUnit.MILLISECONDS.sleep(AFTERWARDS.toMillis());
        scene.parts().restartCollapsed("the load");
    }
}
