package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.milena.stories.harness.Group;
import io.milena.stories.harness.Ledger;
import io.milena.stories.harness.Load;
import io.milena.stories.harness.Outcomes;
import io.milena.stories.harness.Platform;
import io.milena.stories.harness.PlatformPart;
import io.milena.stories.harness.Stage;
import io.milena.topics.Outcome;
import io.milena.topics.kafka.GroupMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Under load one process of delivery is killed, ended, or frozen for longer than the group waits for it; as one of
 * three, and alone. Mail that was promised with 250 ends in one terminal outcome, and arrives or is reported to its
 * sender. Mail that arrives twice was on its way at that instant, and its outcome says that it may have. In long runs
 * only; {@link KillIT} is in each.
 */
@Told
@EnabledIfSystemProperty(named = "milena.long", matches = "true")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FaultsIT {
    private static final int REPLICAS = 3;
    private static final int CLIENTS = 12;
    /** Connections to the exchanger, over all replicas. */
    private static final int CONNECTIONS = 12;

    private static final Duration DELIBERATION = Duration.ofMillis(50);
    /** How long before the fault a message may have arrived without a recorded outcome. */
    private static final Duration IN_FLIGHT = Duration.ofSeconds(3);
    /** How long an octet may be on its way from a process that was just stopped. */
    private static final Duration LAST_OCTET = Duration.ofSeconds(1);

    private static final List<Scene> PLAYED = new ArrayList<>();
    private static Stage stage;
    private static Platform platform;
    private static Outcomes outcomes;
    private static Group group;

    /** The fault of the process; it runs again afterwards. */
    enum Fault {
        KILLED {
            @Override
            void strike(PlatformPart victim, Scene scene) {
                victim.kill();
                scene.awaitOthersToTakeOver();
                victim.start();
            }
        },
        TERMINATED {
            @Override
            void strike(PlatformPart victim, Scene scene) {
                victim.terminate();
                victim.start();
            }
        },
        FROZEN {
            @Override
            void strike(PlatformPart victim, Scene scene) {
                victim.freeze();
                try {
                    group.awaitMembers(scene.replicas() - 1);
                    scene.awaitOthersToTakeOver();
                } finally {
                    victim.thaw();
                }
            }
        };

        abstract void strike(PlatformPart victim, Scene scene);
    }

    /** One fault and its effects. */
    private record Scene(Fault fault, int replicas, Load load, Ledger ledger, Instant struckAt) {
        String name() {
            return fault + ", one of " + replicas;
        }

        /** Waits until mail comes for each domain, whoever had it before. */
        void awaitOthersToTakeOver() {
            if (replicas > 1) {
                // Before that the group keeps its partitions for the stopped process.
                var since = struckAt.plus(GroupMember.SESSION.dividedBy(2));
                await(name() + ": others take over")
                        .until(() -> load.domains().stream()
                                .allMatch(domain -> ledger.lastAt(domain).isAfter(since)));
            }
        }

        void awaitMore(int messages) {
            int before = ledger.served();
            await(name() + ": " + messages + " more").until(() -> ledger.served() >= before + messages);
        }

        /** Times of repeated messages are those of the first arrival, from the fault on. */
        void print() {
            var repeated = ledger.repeated();
            System.out.printf(
                    "%s: %d promised, %d arrived, %d reported; %d in doubt, %d of them twice%s%n",
                    name(),
                    ledger.promised().size(),
                    ledger.served(),
                    ledger.reported(),
                    ledger.inDoubt(outcomes.all()).size(),
                    repeated.size(),
                    repeated.isEmpty() ? "" : ", first at " + range(repeated));
        }

        private String range(List<Ledger.Repeated> repeated) {
            var times = repeated.stream()
                    .mapToLong(mail -> Duration.between(struckAt, mail.first()).toMillis())
                    .summaryStatistics();
            return times.getMin() + " to " + times.getMax() + " ms";
        }

        /** Promises, arrivals and outcomes agree. */
        void check() {
            assertThat(ledger.missing())
                    .as(name() + ": neither here nor reported")
                    .isEmpty();
            var ends = ledger.ends(outcomes.all());
            assertThat(ends.keySet()).isEqualTo(ledger.promised());
            assertThat(ends)
                    .as(name())
                    .allSatisfy((recipient, its) -> assertThat(its)
                            .containsExactly(
                                    recipient.startsWith("550") ? Outcome.Type.BOUNCED : Outcome.Type.DELIVERED));
            assertThat(ledger.promised())
                    .allSatisfy(recipient -> assertThat(
                                    recipient.startsWith("550")
                                            ? ledger.wasReported(recipient)
                                            : ledger.wasServed(recipient))
                            .isTrue());
            checkRepeated();
        }

        private void checkRepeated() {
            var repeated = ledger.repeated();
            var doubted = ledger.inDoubt(outcomes.all());
            if (fault == Fault.TERMINATED) {
                assertThat(repeated).as("the grace period sufficed").isEmpty();
                assertThat(doubted).as("the grace period sufficed").isEmpty();
            } else {
                assertThat(doubted)
                        .as(name())
                        .containsAll(repeated.stream()
                                .map(Ledger.Repeated::recipient)
                                .filter(recipient -> !recipient.startsWith("550"))
                                .toList());
            }
            assertThat(repeated).as("struck at " + struckAt).allSatisfy(mail -> {
                assertThat(mail.arrivals()).hasSize(2);
                assertThat(mail.first()).isBetween(struckAt.minus(IN_FLIGHT), struckAt.plus(LAST_OCTET));
            });
            // No more than all connections send until a commit.
            repeated.stream()
                    .map(Ledger.Repeated::first)
                    .min(Comparator.naturalOrder())
                    .ifPresent(first -> {
                        long rounds = Duration.between(first, struckAt.plus(LAST_OCTET))
                                .dividedBy(DELIBERATION);
                        assertThat(repeated).as(name()).hasSizeLessThanOrEqualTo(CONNECTIONS * (int) (rounds + 1));
                    });
        }
    }

    @BeforeAll
    static void begin() throws IOException {
        stage = Stage.open();
        var shaping = Path.of(System.getProperty("milena.build"), "faults-shaping.yaml");
        Files.writeString(shaping, "defaults:\n  connections: " + CONNECTIONS + "\n");
        platform = stage.platform("faults")
                .split(REPLICAS)
                .set("milena.retry.delay-report", "1h")
                .set("milena.delivery.shaping", shaping.toString())
                .start();
        outcomes = Outcomes.of(platform);
        group = Group.of(platform, "milena-delivery");
    }

    @AfterAll
    static void end() throws IOException {
        group.close();
        outcomes.close();
        platform.close();
        stage.close();
    }

    static Stream<Arguments> faults() {
        return Stream.of(REPLICAS, 1)
                .flatMap(replicas -> Stream.of(Fault.values()).map(fault -> Arguments.of(fault, replicas)));
    }

    @ParameterizedTest(name = "{0}, one of {1}")
    @MethodSource("faults")
    @Order(1)
    void whatWasPromisedEndsOnce(Fault fault, int replicas) throws IOException {
        run(replicas);
        var ledger = new Ledger();
        var place = (fault + "-" + replicas + ".test").toLowerCase(Locale.ROOT);
        try (var load = Load.begin(platform, stage, ledger, place, CLIENTS, DELIBERATION)) {
            await("mail flows")
                    .until(() -> load.domains().stream()
                                    .noneMatch(domain -> ledger.lastAt(domain).equals(Instant.MIN))
                            && ledger.served() > 300
                            && ledger.reported() > 0);

            var scene = new Scene(fault, replicas, load, ledger, Instant.now());
            fault.strike(platform.part("delivery"), scene);
            scene.awaitMore(200);
            load.stop();
            await("everything has come to an end")
                    .until(() -> ledger.missing().isEmpty()
                            && ledger.ends(outcomes.all()).keySet().containsAll(ledger.promised()));
            scene.print();
            PLAYED.add(scene);
            scene.check();
        }
    }

    @Test
    @Order(2)
    void nothingComesLater() {
        assertThat(PLAYED).isNotEmpty().allSatisfy(Scene::check);
    }

    /** Runs exactly that many. */
    private static void run(int replicas) {
        for (int i = REPLICAS; i > 1; i--) {
            var part = platform.part("delivery-" + i);
            if (i <= replicas) {
                part.start();
            } else {
                part.terminate();
            }
        }
        group.awaitMembers(replicas);
    }
}
