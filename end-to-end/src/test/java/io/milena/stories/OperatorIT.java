package io.milena.stories;

import static io.milena.stories.harness.MilenaCommand.milena;
import static org.assertj.core.api.Assertions.assertThat;

import io.milena.stories.harness.Content;
import io.milena.stories.harness.Outcomes;
import io.milena.stories.harness.Platform;
import io.milena.stories.harness.Stage;
import io.milena.topics.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * An operator's day at the terminal, with a platform that retries after an hour: is all well, does a message get
 * through, a host that was away is back, and the platform is ended and started while mail waits.
 */
@Told
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OperatorIT {
    private static final int MESSAGES = 20;

    private final Stage stage = Stage.open();
    private Platform platform;

    @BeforeAll
    void start() {
        platform = stage.platform("operator")
                .set("milena.retry.delays", "1h")
                .set("milena.delivery.suspend.first", "1h")
                .set("milena.delivery.suspend.max", "1h")
                .start();
    }

    @AfterAll
    void end() throws IOException {
        if (platform != null) {
            platform.close();
        }
        stage.close();
    }

    @Test
    @Order(1)
    void aPlatformIsLookedAtAndTried() throws Exception {
        var mx = stage.exchangerFor("there.test");

        var status = milena(platform, "status");
        assertThat(status.out()).as(status.out()).containsPattern("milena +UP +\\d+\\.\\d+\\.\\d+\\S* \\(\\S+\\)");
        assertThat(status.out())
                .containsPattern("topics +\\d\\d topics with \\d+ partitions on 1 broker\\R")
                .containsPattern("TLS +the certificate of CN=\\S+ ends \\S+Z \\(in \\d+ days\\)")
                .containsPattern("waiting +(at most )?\\d+ messages?");
        assertThat(status.code()).isZero();

        var file = Files.writeString(platform.data().resolve("attached.txt"), "An attachment.\n");
        var sent = milena(
                platform,
                "send",
                "--to",
                "reader@there.test",
                "--from",
                "app@sender.test",
                "--subject",
                "Grüße",
                "--attach",
                file.toString());
        assertThat(sent.out()).startsWith("queued as ").contains("reader@there.test", "delivered", "250 ");
        assertThat(sent.code()).isZero();
        assertThat(mx.receivedFor("reader@there.test")).hasSize(1);

        var id = sent.out().lines().findFirst().orElseThrow().substring("queued as ".length());
        assertThat(milena(platform, "logs", "--message", id).out().lines())
                .isNotEmpty()
                .allMatch(line -> line.contains(id));

        assertThat(milena(platform, "send", "--to", "reader@nowhere.test").code())
                .isEqualTo(1);
    }

    @Test
    @Order(2)
    void mailThatWouldWaitForAnHourIsDeliveredNowAndOnce() throws Exception {
        try (var outcomes = Outcomes.of(platform)) {
            var mx = stage.exchangerFor("away.test");
            mx.stop();
            var recipients = List.of("a@away.test", "b@away.test", "c@away.test");
            var ids = new ArrayList<String>();
            for (var to : recipients) {
                ids.add(submit(to, "Text.\n"));
                outcomes.await(ids.getLast(), to, Outcome.Type.DEFERRED);
            }
            stage.exchangerFor("busy.test");
            var other = submit("451-once@busy.test", "Text.\n");
            outcomes.await(other, "451-once@busy.test", Outcome.Type.DEFERRED);
            mx.start();

            flush("away.test");

            for (int i = 0; i < ids.size(); i++) {
                outcomes.await(ids.get(i), recipients.get(i), Outcome.Type.DELIVERED);
            }
            assertThat(outcomes.of(other, "451-once@busy.test")).hasSize(1);
            assertThat(mx.received()).hasSize(recipients.size());
        }
    }

    /** All parts end in order while mail waits, and start again: the mail is delivered once. */
    @Test
    @Order(3)
    void mailThatWaitsOutlivesARestartOfEverything() throws Exception {
        var credentials = platform.credentials();
        var mx = stage.exchangerFor("asleep.test");
        mx.stop();
        var large = "A line of a body that is too large for one record.\n".repeat(20_000);
        stage.exchangerFor("late.test");
        var ids = new ArrayList<String>();
        String alone;
        try (var outcomes = Outcomes.of(platform)) {
            for (int i = 0; i < MESSAGES; i++) {
                ids.add(submit("r" + i + "@asleep.test", "short\n"));
            }
            submit("large@asleep.test", large);
            alone = submit("451-once@late.test", "Text.\n");
            outcomes.await(ids.getFirst(), "r0@asleep.test", Outcome.Type.DEFERRED);
            outcomes.await(alone, "451-once@late.test", Outcome.Type.DEFERRED);
        }

        endByCommand();
        mx.start();
        platform.start();

        assertThat(platform.credentials())
                .as("credentials are those of the first start")
                .isEqualTo(credentials);
        flush("asleep.test");
        try (var outcomes = Outcomes.of(platform)) {
            for (int i = 0; i < MESSAGES; i++) {
                outcomes.await(ids.get(i), "r" + i + "@asleep.test", Outcome.Type.DELIVERED);
            }
            var arrived = mx.awaitMailFor("large@asleep.test").body();
            assertThat(Arrays.mismatch(arrived, Content.body(content("large@asleep.test", large))))
                    .isEqualTo(-1);
            assertThat(mx.received())
                    .as("nothing was in flight, so nothing comes twice")
                    .hasSize(MESSAGES + 1);

            platform.api()
                    .request()
                    .body(Map.of("message", alone))
                    .post("/v1/flushes")
                    .then()
                    .statusCode(202);
            outcomes.await(alone, "451-once@late.test", Outcome.Type.DELIVERED);
        }
        submit("new@asleep.test", "new\n");
        mx.awaitMailFor("new@asleep.test");
    }

    private void endByCommand() throws Exception {
        var ended = milena(platform, "down");
        assertThat(ended.out()).contains("has ended");
        assertThat(ended.code()).isZero();
        assertThat(milena(platform, "down").out()).contains("no platform runs on ");
        assertThat(milena(platform, "status").code()).isEqualTo(1);
        platform.terminate();
    }

    private void flush(String domain) throws Exception {
        var said = milena(platform, "flush", domain, "--reason", "they are back");
        assertThat(said.code()).as(said.out()).isZero();
        assertThat(said.out()).contains("Mail that waits with domain=" + domain + " is tried now");
    }

    private String submit(String to, String body) throws IOException {
        return platform.submit("app@sender.test", List.of(to), content(to, body));
    }

    private static byte[] content(String to, String body) {
        return Content.of("app@sender.test", to, "Waiting", body);
    }
}
