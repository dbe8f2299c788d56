package io.milena.faults;

import io.milena.testing.FakeDns;
import io.milena.topics.Envelope;
import io.milena.topics.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * All kinds of faults, in two lanes that run side by side: {@link #kills} in quick succession, and {@link #slow} ones one
 * after another.
 */
final class Nemeses {
    /** Longer than the 6 s for which a group waits for a member. */
    private static final Duration BEYOND_THE_SESSION = Duration.ofSeconds(7);

    private static final Duration CUT = Duration.ofSeconds(7);
    private static final Duration DNS_OUTAGE = Duration.ofSeconds(6);
    private static final Duration MOMENT_LIMIT = Duration.ofSeconds(5);
    private static final Duration BAD_MOOD = Duration.ofSeconds(2);
    private static final Duration FULL = Duration.ofSeconds(4);
    /** A step of a clock. Mail that is deferred meanwhile is due so much later, and holds its tier until then. */
    private static final Duration STEP = Duration.ofMinutes(2);

    private static final Duration STEPPED = Duration.ofSeconds(4);
    private static final int COMINGS = 2;

    private static final AtomicInteger POISON = new AtomicInteger();

    private Nemeses() {}

    /** {@code kill -9} at random and at chosen moments, of one part and of several. */
    static List<Nemesis> kills(int brokers) {
        var all = new ArrayList<Nemesis>();
        for (var part : List.of("ingest", "auth", "delivery", "bounce", "postgres")) {
            all.add(kill(List.of(part)));
        }
        Parts.brokers(brokers).forEach(broker -> all.add(kill(List.of(broker))));
        all.add(kill(List.of("delivery", "ingest")));
        all.add(kill(List.of("ingest", "kafka-1")));
        all.add(kill(List.of("delivery", "kafka-1")));
        all.add(kill(List.of("auth", "postgres")));
        all.add(kill(List.of("bounce", "delivery")));
        if (brokers > 1) {
            all.add(kill(List.of("kafka-2", "kafka-3")));
        }
        var everything = new ArrayList<>(Parts.brokers(brokers));
        everything.addAll(List.of("postgres", "auth", "bounce", "delivery", "ingest"));
        all.add(new Nemesis(
                "everything: kill -9",
                Harm.kill(everything),
                scene -> {},
                scene -> scene.parts().kill(everything),
                scene -> scene.parts().start(everything)));
        all.add(killAt("delivery: kill -9 at a host's 250", "delivery", Ledger::arrived));
        all.add(killAt("ingest: kill -9 at a 250", "ingest", Ledger::accepted));
        all.add(killAt("ingest: kill -9 before a 250", "ingest", Ledger::contents));
        all.add(killAt("kafka-1: kill -9 before a 250", "kafka-1", Ledger::contents));
        all.add(killAt("kafka-1: kill -9 at a 250", "kafka-1", Ledger::accepted));
        all.add(killAt("auth: kill -9 at a promised change", "auth", Ledger::changes));
        all.add(killIn("delivery: kill -9 in fan-out", "delivery", Moments::isSplit));
        all.add(killIn("delivery: kill -9 in the move from a tier", "delivery", Moments::isMoved));
        all.add(killIn("bounce: kill -9 in a report", "bounce", Moments::isReport));
        return all;
    }

    private static Nemesis kill(List<String> victims) {
        return Nemesis.at(
                String.join(" and ", victims) + ": kill -9",
                Harm.kill(victims),
                scene -> scene.parts().kill(victims),
                scene -> scene.parts().start(victims));
    }

    /**
     * Kills as soon as the ledger counts one more: a host is about to write its 250, a client has read one, or waits for
     * one.
     */
    private static Nemesis killAt(String name, String part, ToIntFunction<Ledger> count) {
        return new Nemesis(
                name,
                Harm.kill(List.of(part)),
                scene -> awaitOneMore(count, scene),
                scene -> scene.parts().kill(part),
                scene -> scene.parts().start(part));
    }

    private static void awaitOneMore(ToIntFunction<Ledger> count, Scene scene) {
        int before = count.applyAsInt(scene.ledger());
        long limit = System.nanoTime() + MOMENT_LIMIT.toNanos();
        while (count.applyAsInt(scene.ledger()) == before && System.nanoTime() < limit) {
            LockSupport.parkNanos(50_000);
        }
    }

    /** Another replica takes over what delivery has begun, and delivery goes on with the replies that came meanwhile. */
    private static Nemesis replaced() {
        var replica = Parts.REPLICAS.getFirst();
        return new Nemesis(
                "delivery: SIGSTOP for 7 s beside a replica",
                new Harm(List.of("delivery"), 2, 0, Copies.UNTIL_RECOVERY),
                scene -> {
                    scene.parts().start(replica);
                    pause(BAD_MOOD);
                    scene.hosts().become(Mood.ANSWERS_LATE);
                    pause(BAD_MOOD);
                },
                scene -> {
                    scene.parts().pid("delivery").freeze();
                    scene.hosts().become(Mood.WILLING);
                    pause(BEYOND_THE_SESSION);
                },
                scene -> {
                    scene.parts().pid("delivery").thaw();
                    pause(BAD_MOOD);
                    scene.parts().terminate(replica);
                });
    }

    /** Kills as soon as such mail is appended by a transaction, and notes whether that came before the commit. */
    private static Nemesis killIn(String name, String part, Predicate<Envelope> mail) {
        var place = new AtomicReference<Optional<Moments.Place>>(Optional.empty());
        return new Nemesis(
                name,
                Harm.kill(List.of(part)),
                scene -> place.set(scene.moments().await(mail, MOMENT_LIMIT)),
                scene -> scene.parts().kill(part),
                scene -> {
                    scene.parts().start(part);
                    scene.ledger().moment(name, place.get().flatMap(scene.moments()::wasAborted));
                });
    }

    /** All others that this machine allows. */
    static List<Nemesis> slow(int brokers) {
        var all = new ArrayList<Nemesis>();
        var victims = new ArrayList<>(List.of("ingest", "auth", "delivery", "bounce"));
        victims.addAll(Parts.brokers(brokers));
        for (var part : victims) {
            all.add(Nemesis.at(
                    part + ": SIGTERM",
                    Harm.on(part),
                    scene -> scene.parts().terminate(part),
                    scene -> scene.parts().start(part)));
            all.add(Nemesis.at(
                    part + ": SIGSTOP for 7 s",
                    Harm.on(part),
                    scene -> {
                        scene.parts().pid(part).freeze();
                        pause(BEYOND_THE_SESSION);
                    },
                    scene -> scene.parts().pid(part).thaw()));
        }
        all.add(replaced());
        all.add(Nemesis.at(
                "rolling restart",
                new Harm(List.of(), brokers + 5, 0, Copies.UNTIL_RECOVERY),
                Nemeses::roll,
                scene -> {}));
        all.add(Nemesis.at(
                "rebalance storm",
                new Harm(List.of(), 4 * COMINGS, 2 * COMINGS, Copies.UNTIL_RECOVERY),
                Nemeses::comeAndGo,
                scene -> {}));
        for (var mood : Mood.values()) {
            if (mood != Mood.WILLING) {
                all.add(Nemesis.at(
                        mood.words(),
                        Harm.NONE,
                        scene -> {
                            scene.hosts().become(mood);
                            pause(BAD_MOOD);
                        },
                        scene -> scene.hosts().become(Mood.WILLING)));
            }
        }
        all.add(cut("cut: auth from the others", Scene::toAuth));
        all.add(cut("cut: PostgreSQL from auth", Scene::toPostgres));
        if (brokers == 1) {
            all.add(cutOff("cut: kafka-1 from all others", BrokerLinks::cutFromAll, "kafka-1"));
        } else {
            all.add(cutOff("cut: kafka-2 from all others", BrokerLinks::cutFromAll, "kafka-2"));
            all.add(cutOff("cut: kafka-3 from the other brokers", BrokerLinks::cutFromBrokers, "kafka-3"));
        }
        all.add(dns("DNS: silent", FakeDns.Health.SILENT));
        all.add(dns("DNS: SERVFAIL", FakeDns.Health.FAILING));
        all.add(Nemesis.at("poison on every mail topic", Harm.NONE, Nemeses::poison, scene -> {}));
        return all;
    }

    /** Those with full disks; to be left out where no disk can be mounted. */
    static List<Nemesis> fullDisks() {
        return List.of(full("kafka-1: disk full", "kafka-1"), full("PostgreSQL: disk full", "postgres"));
    }

    /** Those with clocks that step; to be left out where none can. */
    static List<Nemesis> clocks() {
        return Stream.of("ingest", "auth", "delivery", "bounce", "kafka-1")
                .flatMap(part -> Stream.of(
                        clock(part + ": clock 2 min ahead and back", part, STEP),
                        clock(part + ": clock 2 min behind and back", part, STEP.negated())))
                .toList();
    }

    private static Nemesis clock(String name, String part, Duration ahead) {
        return Nemesis.at(
                name,
                Harm.on(part),
                scene -> {
                    scene.clocks().step(part, ahead);
                    pause(STEPPED);
                },
                scene -> {
                    scene.clocks().step(part, Duration.ZERO);
                    pause(Duration.ofSeconds(1));
                });
    }

    /** A part that cannot go on without its disk ends by itself, and is started again when there is room. */
    private static Nemesis full(String name, String part) {
        return Nemesis.at(
                name,
                Harm.on(part),
                scene -> {
                    Disks.fill(scene.data().resolve(part));
                    pause(FULL);
                },
                scene -> {
                    Disks.empty(scene.data().resolve(part));
                    if (part.equals("postgres") || !scene.parts().pid(part).isAlive()) {
                        scene.parts().kill(part);
                        scene.parts().start(part);
                    }
                });
    }

    private static void roll(Scene scene) throws IOException, InterruptedException {
        for (var part : scene.parts().names()) {
            try (var claim = scene.parts().claim(List.of(part))) {
                scene.parts().terminate(part);
                scene.parts().start(part);
            }
        }
    }

    /** Two more replicas of delivery-service come and go: one in order, the other by {@code kill -9}. */
    private static void comeAndGo(Scene scene) throws IOException, InterruptedException {
        for (int i = 0; i < COMINGS; i++) {
            scene.parts().start(Parts.REPLICAS);
            pause(BAD_MOOD);
            scene.parts().kill(Parts.REPLICAS.getFirst());
            scene.parts().terminate(Parts.REPLICAS.getLast());
            scene.parts().start(Parts.REPLICAS.getFirst());
            scene.parts().kill(Parts.REPLICAS.getFirst());
        }
    }

    private static Nemesis cut(String name, Function<Scene, Link> way) {
        return Nemesis.at(
                name,
                new Harm(List.of("auth"), 1, 0, Copies.NONE),
                scene -> {
                    way.apply(scene).cut();
                    pause(CUT);
                },
                scene -> way.apply(scene).mend());
    }

    private static Nemesis cutOff(String name, BiConsumer<BrokerLinks, String> cut, String broker) {
        return Nemesis.at(
                name,
                Harm.on(broker),
                scene -> {
                    cut.accept(scene.brokerLinks(), broker);
                    pause(CUT);
                },
                scene -> scene.brokerLinks().mend());
    }

    private static Nemesis dns(String name, FakeDns.Health health) {
        return Nemesis.at(
                name,
                Harm.NONE,
                scene -> {
                    scene.hosts().dns().become(health);
                    pause(DNS_OUTAGE);
                },
                scene -> scene.hosts().dns().become(FakeDns.Health.WELL));
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
