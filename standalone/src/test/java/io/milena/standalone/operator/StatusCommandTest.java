package io.milena.standalone.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code status}: its tables, JSON and exit codes. */
class StatusCommandTest {
    private static final String UP = "{\"status\":\"UP\",\"checks\":[{\"name\":\"ingest\",\"status\":\"UP\"}]}";
    private static final String STALLED = """
            {"status":"DOWN","checks":[
             {"name":"delivery: brokers answer","status":"UP"},
             {"name":"delivery: work is done","status":"DOWN","data":{
              "delivery":"it has work and has committed nothing for 75 s: refused",
              "fanout":"its thread has ended: gone"}}]}""";

    private static final String INFO = """
            {"name":"milena","version":"0.1.0-SNAPSHOT","commit":"abc1234","built":"2026-11-24T08:00:00Z",
             "started":"2026-11-24T09:00:00Z"}""";

    @TempDir
    private Path dir;

    @RegisterExtension
    private final FakePlatform platform = new FakePlatform();

    @RegisterExtension
    private final FakePlatform other = new FakePlatform();

    @Test
    void aPlatformElsewhereNeedsNoToken() {
        platform.answers("GET /q/health", 200, UP).answers("GET /q/info", 200, INFO);

        assertThat(platform.run(Map.of(), "status", "--url", platform.url())).isZero();

        assertThat(platform.said().lines())
                .startsWith(
                        "PART    STATE  VERSION                   UP FOR  WHY",
                        "milena  UP     0.1.0-SNAPSHOT (abc1234)      3h  -");
    }

    @Test
    void whyAPartIsDownStandsBesideIt() throws IOException {
        part("ingest", platform);
        part("delivery", other);
        platform.answers("GET /q/health", 200, UP);
        other.answers("GET /q/health", 503, STALLED);

        assertThat(platform.run(Map.of(), "status", "--data", dir.toString())).isEqualTo(1);

        assertThat(platform.said().lines())
                .startsWith(
                        "PART      STATE  VERSION  UP FOR  WHY",
                        "delivery  DOWN   -             -  delivery: work is done: delivery: it has work and has committed nothing for 75 s: refused",
                        "                                  delivery: work is done: fanout: its thread has ended: gone",
                        "ingest    UP     -             -  -");
    }

    @Test
    void aShapingFileThatIsNotInForceIsTold() throws IOException {
        part("delivery", platform);
        platform.answers("GET /q/health", 200, """
                {"status":"UP","checks":[{"name":"delivery: brokers answer","status":"UP",
                 "data":{"shaping":"shaping.yaml:3: connections: 'many' is no number"}}]}""");

        assertThat(platform.run(Map.of(), "status", "--data", dir.toString())).isZero();

        assertThat(platform.said())
                .contains("limits are not as configured: shaping.yaml:3: connections: 'many' is no number");
    }

    @Test
    void aPartThatDoesNotAnswerIsDown() throws IOException {
        part("ingest", platform);
        part("delivery", other);
        platform.answers("GET /q/health", 200, UP);
        other.close();

        assertThat(platform.run(Map.of(), "status", "--data", dir.toString())).isEqualTo(1);

        assertThat(platform.said()).contains("delivery  DOWN   -             -  " + other.url() + " does not answer");
    }

    @Test
    void aProgramGetsWhatThePartsSay() throws IOException {
        part("ingest", platform);
        platform.answers("GET /q/health", 200, UP);

        assertThat(platform.run(Map.of(), "status", "--data", dir.toString(), "--json"))
                .isZero();

        assertThat(platform.said().replaceAll("\\s", ""))
                .startsWith("{\"parts\":{\"ingest\":" + UP.replace("}]}", "}],\"info\":{}}}"));
    }

    @Test
    void whatWaitsIsInTheSameScreen() throws IOException {
        var token = Files.writeString(dir.resolve("token"), "a-token\n");
        platform.answers("GET /q/health", 200, UP).answers("GET /v1/queues", 200, """
                {"queued":12,"replicas":[{}],"orders":1,"queues":[{"state":{"site":"a","oldest":"2026-11-24T11:59:00Z"}},
                 {"state":{"site":"b","oldest":"2026-11-24T11:57:00Z"}},{"state":{"site":"c"}}]}""");

        assertThat(platform.run(Map.of(), "status", "--url", platform.url(), "--token-file", token.toString()))
                .isZero();

        assertThat(platform.said()).contains("waiting    at most 12 messages, the oldest for 3m; 1 order holds");
    }

    @Test
    void aStoppedPartIsSaidToBeStoppedByEveryCommand() throws IOException {
        part("delivery", platform);
        platform.close();
        Files.writeString(dir.resolve("run/delivery.json"), "{\"name\":\"delivery\",\"command\":[],\"readyUrl\":null}");
        Files.writeString(dir.resolve("run/kafka-1.json"), "{}");
        Files.writeString(dir.resolve("run/kafka-1.pid"), "999999999\n");
        Files.writeString(
                dir.resolve("run/delivery.properties"), "milena.bootstrap.admin-token=t\n", StandardOpenOption.APPEND);

        assertThat(platform.run(Map.of(), "status", "--data", dir.toString())).isEqualTo(1);
        assertThat(platform.said().lines())
                .anyMatch(line -> line.matches("delivery +STOPPED .*delivery is stopped: milena start delivery .*"))
                .anyMatch(line ->
                        line.matches("kafka-1 +DOWN .*it has ended by itself: milena logs kafka-1 may say why"));

        assertThat(platform.run(Map.of(), "queue", "--data", dir.toString())).isEqualTo(1);
        assertThat(platform.complained())
                .contains("milena: delivery is stopped: milena start delivery --data " + dir + " starts it");
    }

    @Test
    void aPlatformThatHasEndedIsStopped() throws IOException {
        part("standalone", platform);
        Files.writeString(
                dir.resolve("run/standalone.properties"),
                "milena.bootstrap.admin-token=t\n",
                StandardOpenOption.APPEND);
        Files.writeString(dir.resolve("lock"), "1");
        platform.close();

        assertThat(platform.run(Map.of(), "status", "--data", dir.toString())).isEqualTo(1);
        assertThat(platform.said().lines())
                .anyMatch(line -> line.matches("milena +STOPPED .*no platform runs on " + dir + ": milena up .*"));
        assertThat(platform.run(Map.of(), "queue", "--data", dir.toString())).isEqualTo(1);
        assertThat(platform.complained()).contains("milena: no platform runs on " + dir);
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
