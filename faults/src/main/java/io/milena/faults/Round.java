package io.milena.faults;

import io.milena.testing.FreePorts;
import io.milena.testing.PlatformProcess;
import io.milena.topics.kafka.KafkaClients;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * One run: a platform under load, faults until the time is over and each nemesis had its turn, the end of the load, and
 * a wait until nothing is left in the queues. Confined to one thread.
 */
final class Round {
    private static final Duration FLOW_LIMIT = Duration.ofSeconds(60);
    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(5);
    /** How long to look for what must not come, behind the last message. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(5);
    /** Arrivals after a fault that show that mail flows. */
    private static final int FLOW = 20;
    /** A short life on shared cores: little compiling, little collecting. */
    private static final Map<String, String> JVM =
            Map.of("JAVA_TOOL_OPTIONS", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1");

    private final Options options;
    private final Ledger ledger = new Ledger();
    private final List<Fault> faults = new ArrayList<>();

    private Round(Options options) {
        this.options = options;
    }

    /** Runs it, prints each fault, and returns its report. */
    static Report run(Options options) throws IOException, InterruptedException {
        return new Round(options).run();
    }

    private Report run() throws IOException, InterruptedException {
        var begin = Instant.now();
        int authPort = FreePorts.take();
        int postgresPort = FreePorts.take();
        try (var hosts = Hosts.open(ledger);
                var toAuth = Link.to(authPort);
                var toPostgres = Link.to(postgresPort);
                var platform = PlatformProcess.start(
                        options.milena(),
                        settings(hosts, authPort, toAuth, postgresPort, toPostgres),
                        List.of("--split", "--brokers", Integer.toString(options.brokers())),
                        JVM)) {
            var kafka = KafkaClients.of(platform.kafka(), Map.of());
            var password = platform.credentials().at("/smtp/password").asText();
            var scene = new Scene(platform, hosts, toAuth, toPostgres, ledger, kafka, options.brokers());
            try (var topics = TopicWatch.begin(kafka, ledger);
                    var load = Load.begin(platform.smtpPort(), password, ledger)) {
                awaitFlow("the start");
                strike(scene);
                load.stop();
                drain(scene);
            }
            var evidence = ledger.evidence(faults);
            var report = Report.of(options, Duration.between(begin, Instant.now()), evidence);
            if (!report.isGood()) {
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
        settings.put("milena.hostname", "mta.faults.test");
        settings.put("milena.retry.delays", "1s,2s");
        // An hour is longer than any fault: no report of a delay, which says nothing of the end of a message.
        settings.put("milena.retry.delay-report", "1h");
        settings.put("milena.delivery.suspend.first", "1s");
        settings.put("milena.delivery.suspend.max", "2s");
        return settings;
    }

    private void strike(Scene scene) throws IOException, InterruptedException {
        var schedule = new Schedule(Nemeses.all(options.brokers()), options.seed());
        long end = System.nanoTime() + options.length().toNanos();
        while (System.nanoTime() < end || !schedule.hadAll()) {
            TimeUnit.MILLISECONDS.sleep(schedule.pauseMillis());
            var nemesis = schedule.next();
            int inTransaction = scene.hosts().inTransaction();
            var begin = Instant.now();
            nemesis.deed().strike(scene);
            var over = Instant.now();
            var flowing = awaitFlow(nemesis.name());
            scene.restartCollapsed(nemesis.name());
            var fault = new Fault(nemesis.name(), begin, over, nemesis.strikes(), inTransaction, flowing);
            faults.add(fault);
            System.out.printf(
                    "%4d  %-34s %5.1f s, mail flows after %4.1f s%n",
                    faults.size(),
                    fault.name(),
                    Duration.between(begin, over).toMillis() / 1e3,
                    flowing.toMillis() / 1e3);
        }
    }

    /** Waits until mail arrives again, and returns how long that took. */
    private Duration awaitFlow(String after) throws InterruptedException {
        int before = ledger.arrived();
        long begin = System.nanoTime();
        while (ledger.arrived() < before + FLOW) {
            if (System.nanoTime() - begin > FLOW_LIMIT.toNanos()) {
                ledger.collapsed("mail did not flow within " + FLOW_LIMIT.toSeconds() + " s after '" + after + "'");
                break;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private void drain(Scene scene) throws IOException, InterruptedException {
        scene.restartCollapsed("the load");
        long end = System.nanoTime() + DRAIN_LIMIT.toNanos();
        while (ledger.unfinished() + ledger.unburied() > 0 && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
        TimeUnit.MILLISECONDS.sleep(AFTERWARDS.toMillis());
    }
}
