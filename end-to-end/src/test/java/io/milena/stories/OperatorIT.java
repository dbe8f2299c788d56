package io.milena.stories;

import static io.milena.stories.harness.MilenaCommand.milena;
import static org.assertj.core.api.Assertions.assertThat;

import io.milena.stories.harness.Stage;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** An operator at the terminal: is all well, does a message get through, which lines of the log tell of it, and the end of the platform. */
@Told
class CommandsIT {
    @Test
    void aPlatformIsLookedAtTriedAndEnded() throws Exception {
        try (var stage = Stage.open();
                var platform = stage.platform("commands").start()) {
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

            var ended = milena(platform, "down");
            assertThat(ended.out()).contains("has ended");
            assertThat(ended.code()).isZero();
            assertThat(milena(platform, "down").out()).contains("no platform runs on ");
            assertThat(milena(platform, "status").code()).isEqualTo(1);
        }
    }
}
