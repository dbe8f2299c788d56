package io.milena.faults;

import io.milena.testing.FakeDns;
import io.milena.topics.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;

/** All kinds of faults. */
final class Nemeses {
    /** Longer than the 6 s for which a group waits for a member. */
    private static final Duration BEYOND_THE_SESSION = Duration.ofSeconds(7);

    private static final Duration CUT = Duration.ofSeconds(7);
    private static final Duration DNS_OUTAGE = Duration.ofSeconds(6);
    private static final Duration MOMENT_LIMIT = Duration.ofSeconds(5);
    private static final Duration BAD_MOOD = Duration.ofSeconds(2);

    private static final AtomicInteger POISON = new AtomicInteger();

    private Nemeses() {}

    static List<Nemesis> all(int brokers) {
        var all = new ArrayList<Nemesis>();
        var victims = new ArrayList<>(List.of("ingest", "auth", "delivery", "bounce"));
        for (int node = 1; node <= brokers; node++) {
            victims.add("kafka-" + node);
        }
        for (var part : victims) {
            all.add(new Nemesis(part + ": kill -9", 1, scene -> {
                scene.part(part).kill();
                scene.start(part);
            }));
            all.add(new Nemesis(part + ": SIGTERM", 1, scene -> {
                scene.part(part).terminate();
                scene.start(part);
            }));
            all.add(new Nemesis(part + ": SIGSTOP for 7 s", 1, scene -> freeze(scene, part)));
        }
        all.add(killAt("delivery: kill -9 at a host's 250", "delivery", Ledger::arrived));
        all.add(killAt("ingest: kill -9 at a 250", "ingest", Ledger::accepted));
        all.add(killAt("ingest: kill -9 before a 250", "ingest", Ledger::contents));
        all.add(killAt("kafka-1: kill -9 before a 250", "kafka-1", Ledger::contents));
        all.add(killAt("kafka-1: kill -9 at a 250", "kafka-1", Ledger::accepted));
        all.add(new Nemesis("PostgreSQL: kill -9", 1, scene -> {
            scene.postgres().kill();
            // Its watching process ends with it.
            scene.awaitEnd("postgres");
            scene.start("postgres");
        }));
        all.add(new Nemesis("rolling restart", brokers + 5, Nemeses::roll));
        for (var mood : Mood.values()) {
            if (mood != Mood.WILLING) {
                all.add(new Nemesis(mood.words(), 1, scene -> {
                    scene.hosts().become(mood);
                    pause(BAD_MOOD);
                    scene.hosts().become(Mood.WILLING);
                }));
            }
        }
        all.add(cut("cut: auth from the others", Scene::toAuth));
        all.add(cut("cut: PostgreSQL from auth", Scene::toPostgres));
        all.add(dns("DNS: silent", FakeDns.Health.SILENT));
        all.add(dns("DNS: SERVFAIL", FakeDns.Health.FAILING));
        all.add(new Nemesis("poison on every mail topic", 1, Nemeses::poison));
        return all;
    }

    /**
     * Kills as soon as the ledger counts one more: a host is about to write its 250, a client has read one, or waits for
     * one.
     */
    private static Nemesis killAt(String name, String part, ToIntFunction<Ledger> count) {
        return new Nemesis(name, 1, scene -> {
            var victim = scene.part(part);
            int before = count.applyAsInt(scene.ledger());
            long limit = System.nanoTime() + MOMENT_LIMIT.toNanos();
            while (count.applyAsInt(scene.ledger()) == before && System.nanoTime() < limit) {
                Thread.onSpinWait();
            }
            victim.kill();
            scene.start(part);
        });
    }

    private static void freeze(Scene scene, String part) throws InterruptedException {
        scene.part(part).freeze();
        try {
            pause(BEYOND_THE_SESSION);
        } finally {
            scene.part(part).thaw();
        }
    }

    private static void roll(Scene scene) throws IOException, InterruptedException {
        for (var part : scene.parts()) {
            scene.part(part).terminate();
            scene.start(part);
        }
    }

    private static Nemesis cut(String name, Function<Scene, Link> way) {
        return new Nemesis(name, 1, scene -> {
            way.apply(scene).cut();
            pause(CUT);
            way.apply(scene).mend();
        });
    }

    private static Nemesis dns(String name, FakeDns.Health health) {
        return new Nemesis(name, 1, scene -> {
            scene.hosts().dns().become(health);
            pause(DNS_OUTAGE);
            scene.hosts().dns().become(FakeDns.Health.WELL);
        });
    }

    /** Several records that are no mail, on each topic of mail; each has a text of its own. */
    private static void poison(Scene scene) throws IOException, InterruptedException {
        try (var admin = Admin.create(scene.kafka().base());
                var producer = scene.kafka().producer(Map.of())) {
            for (var topic : admin.listTopics().names().get()) {
                if (Topics.holdsMail(topic)) {
                    for (var text : poison(topic)) {
                        scene.ledger().poison(text);
                        producer.send(new ProducerRecord<>(
                                        topic,
                                        text.substring(0, 8).getBytes(StandardCharsets.UTF_8),
                                        text.getBytes(StandardCharsets.UTF_8)))
                                .get();
                    }
                }
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    private static List<String> poison(String topic) {
        var mark = "poison " + POISON.incrementAndGet() + " for " + topic;
        return Stream.of(mark, "{\"id\":\"" + mark + "\"}", "\0\1\2" + mark, mark + "x".repeat(100_000))
                .toList();
    }

    private static void pause(Duration length) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(length.toMillis());
    }
}
