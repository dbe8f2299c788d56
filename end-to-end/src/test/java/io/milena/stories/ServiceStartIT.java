package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A service as a container starts it: nonsense in its configuration is a sentence, and SIGTERM ends it whatever it waits for. */
class ServiceStartIT {
    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"ingest", "auth", "delivery", "bounce"})
    void nonsenseStopsTheStartWithASentence(String service) throws Exception {
        var file = Files.writeString(dir.resolve("milena.properties"), """
                milena.hostname=mail.example.org
                milena.retry.lifetime=banana
                """);
        var process = start(
                service,
                dir.resolve("out"),
                "-Dquarkus.config.locations=" + file,
                "-Dmilena.kafka.bootstrap-server=127.0.0.1:1");

        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(Files.readAllLines(dir.resolve("out")))
                .containsExactly(
                        "milena: " + file
                                + ":2: milena.retry.lifetime: banana (expected: a duration such as 500ms, 30s, 5m or 72h)",
                        "milena: system property: unknown key milena.kafka.bootstrap-server; "
                                + "did you mean milena.kafka.bootstrap-servers?");
    }

    @ParameterizedTest
    @CsvSource({
        "'', milena.keys.encryption is not set: the private DKIM keys of domains are stored encrypted.",
        "-Dmilena.keys.encryption=c2VjcmV0, 'milena.keys.encryption: entry 1 has no name (expected: ID:BASE64, or none)'"
    })
    void authRefusesToStoreKeysInClearUnlessItIsToldTo(String property, String sentence) throws Exception {
        var process = start(
                "auth",
                dir.resolve("out"),
                "-Dmilena.kafka.bootstrap-servers=127.0.0.1:1",
                "-Dquarkus.http.port=0",
                property.isEmpty() ? "-Dany=value" : property);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(Files.readAllLines(dir.resolve("out")))
                .filteredOn(line -> line.startsWith("milena: "))
                .singleElement()
                .asString()
                .startsWith("milena: " + sentence)
                .doesNotContain("c2Vj");
    }

    @Test
    void sigtermEndsAServiceThatWaitsForKafka() throws Exception {
        // A broker that takes connections and says nothing.
        try (var kafka = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var process = start(
                    "bounce",
                    dir.resolve("out"),
                    "-Dmilena.kafka.bootstrap-servers=127.0.0.1:" + kafka.getLocalPort(),
                    "-Dquarkus.http.port=0");
            try (var connection = kafka.accept()) {
                assertThat(connection.isConnected()).isTrue();
                process.destroy();

                // Quarkus by itself waits for the end of the start, which is two minutes away.
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isEqualTo(143);
            } finally {
                process.destroyForcibly();
            }
        }
    }

    private static Process start(String service, Path out, String... properties) throws Exception {
        var app = Path.of(System.getProperty("milena.standalone"))
                .resolve("../../../../" + service + "-service/target/quarkus-app/quarkus-run.jar")
                .normalize();
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(properties));
        command.addAll(List.of("-jar", app.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(new File(out.toString())))
                .start();
    }
}
