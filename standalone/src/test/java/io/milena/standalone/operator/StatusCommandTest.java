package io.milena.standalone.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code status}. */
class StatusCommandTest {
    private static final String UP = "{\"status\":\"UP\",\"checks\":[{\"name\":\"ingest\",\"status\":\"UP\"}]}";
    private static final String STALLED = """
            {"status":"DOWN","checks":[
             {"name":"delivery: brokers answer","status":"UP"},
             {"name":"delivery: work is done","status":"DOWN","data":{
              "delivery":"it has work and has committed nothing for 75 s: refused",
              "fanout":"its thread has ended: gone"}}]}""";

    @TempDir
    private Path dir;

    @RegisterExtension
    private final FakePlatform platform = new FakePlatform();

    @RegisterExtension
    private final FakePlatform other = new FakePlatform();

    @Test
    void aPlatformElsewhereNeedsNoToken() {
        platform.answers("GET /q/health", 200, UP);

        assertThat(platform.run(Map.of(), "status", "--url", platform.url())).isZero();

        assertThat(platform.said().lines()).containsExactly("PART    STATE  WHY", "milena  UP     -");
    }

    @Test
    void whyAPartIsDownStandsBesideIt() throws IOException {
        part("ingest", platform);
        part("delivery", other);
        platform.answers("GET /q/health", 200, UP);
        other.answers("GET /q/health", 503, STALLED);

        assertThat(platform.run(Map.of(), "status", "--data", dir.toString())).isEqualTo(1);

        assertThat(platform.said().lines())
                .containsExactly(
                        "PART      STATE  WHY",
                        "delivery  DOWN   delivery: work is done: delivery: it has work and has committed nothing for 75 s: refused",
                        "                 delivery: work is done: fanout: its thread has ended: gone",
                        "ingest    UP     -");
    }

    @Test
    void aPartThatDoesNotAnswerIsDown() throws IOException {
        part("ingest", platform);
        part("delivery", other);
        platform.answers("GET /q/health", 200, UP);
        other.close();

        assertThat(platform.run(Map.of(), "status", "--data", dir.toString())).isEqualTo(1);

        assertThat(platform.said()).contains("delivery  DOWN   " + other.url() + " does not answer");
    }

    @Test
    void aProgramGetsWhatThePartsSay() throws IOException {
        part("ingest", platform);
        platform.answers("GET /q/health", 200, UP);

        assertThat(platform.run(Map.of(), "status", "--data", dir.toString(), "--json"))
                .isZero();

        assertThat(platform.said().replaceAll("\\s", "")).isEqualTo("{\"ingest\":" + UP + "}");
    }

    @Test
    void whereNothingWasStartedThereIsNothingToSay() {
        assertThat(platform.run(Map.of(), "status", "--data", dir.toString())).isEqualTo(1);

        assertThat(platform.complained()).contains("no platform has been started on");
    }

    private void part(String name, FakePlatform at) throws IOException {
        var run = Files.createDirectories(dir.resolve("run"));
        Files.writeString(run.resolve(name + ".properties"), "quarkus.http.port=" + at.port() + "\n");
    }
}
