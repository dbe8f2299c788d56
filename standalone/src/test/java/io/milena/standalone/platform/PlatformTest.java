package io.milena.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.milena.embedded.StartException;
import io.milena.testing.FreePorts;
import io.milena.topics.KeyEncryption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformTest {
    @TempDir
    Path dir;

    @Test
    void theFirstStartMakesSecretsThatNobodyElseCanRead() throws IOException {
        Platform.prepare(up(dir.resolve("data"), ""));

        var credentials = dir.resolve("data/credentials.json");
        var json = new ObjectMapper().readTree(credentials.toFile());
        assertThat(json.at("/smtp/host").asText()).isEqualTo("127.0.0.1");
        assertThat(json.at("/smtp/port").asInt()).isEqualTo(2525);
        assertThat(json.at("/smtp/submissionPort").asInt()).isEqualTo(2587);
        assertThat(json.at("/smtp/tlsPort").asInt()).isEqualTo(2465);
        assertThat(json.at("/smtp/username").asText()).isEqualTo("apikey");
        assertThat(json.at("/smtp/password").asText()).matches("mk_[0-9A-Za-z]{43}");
        assertThat(json.at("/admin/url").asText()).isEqualTo("http://127.0.0.1:8080");
        assertThat(json.at("/admin/token").asText()).matches("mt_[0-9A-Za-z]{43}");
        try (var secrets = Files.list(dir.resolve("data/secrets"))) {
            assertThat(secrets).hasSize(5).allSatisfy(PlatformTest::isPrivate);
        }
        var keys = Files.readString(dir.resolve("data/secrets/key-encryption"));
        assertThat(KeyEncryption.parse(keys).current()).contains("k1");
        isPrivate(credentials);
    }

    @Test
    void whatTheOperatorFixesIsWhatTheCredentialsSay() throws IOException {
        Platform.prepare(up(dir.resolve("data"), """
                milena.bootstrap.api-key=mk_fixed
                milena.bootstrap.admin-token=token
                milena.smtp.ports=25
                milena.smtp.tls-ports=465
                quarkus.http.port=9000
                """));

        var json =
                new ObjectMapper().readTree(dir.resolve("data/credentials.json").toFile());
        assertThat(json.at("/smtp/password").asText()).isEqualTo("mk_fixed");
        assertThat(json.at("/smtp/submissionPort").asInt()).isEqualTo(25);
        assertThat(json.at("/smtp/tlsPort").asInt()).isEqualTo(465);
        assertThat(json.at("/admin/token").asText()).isEqualTo("token");
        assertThat(json.at("/admin/url").asText()).isEqualTo("http://127.0.0.1:9000");
    }

    @Test
    void liveMailTakesNoRouteAndHasNoPostbox() throws IOException {
        var live = Platform.prepare(new UpOptions(dir.resolve("live"), Optional.empty(), true, false, 1, 1));
        assertThat(live.hasPostbox()).isFalse();
        assertThat(live.settings().has("milena.delivery.routes")).isFalse();
        assertThat(live.settings().has("milena.smtp.auth-in-clear-from-loopback"))
                .isFalse();
        assertThat(live.settings().has("milena.smtp.unannounced-starttls-ports"))
                .isFalse();
        assertThat(live.settings().get("quarkus.http.host")).isEqualTo("127.0.0.1");
        assertThat(live.settings().get("milena.domains.verification")).isEqualTo("required");

        var local = Platform.prepare(up(dir.resolve("local"), "milena.standalone.postbox-port=4025"));
        assertThat(local.hasPostbox()).isTrue();
        assertThat(local.settings().get("milena.smtp.auth-in-clear-from-loopback"))
                .isEqualTo("true");
        assertThat(local.settings().get("milena.smtp.unannounced-starttls-ports"))
                .isEqualTo("2587");
        assertThat(local.settings().get("quarkus.http.host")).isEqualTo("127.0.0.1");
        assertThat(local.settings().get("milena.domains.verification")).isEqualTo("off");
        assertThat(local.settings().get("milena.smtp.auth-in-clear-from-loopback"))
                .isEqualTo("true");
        assertThat(local.settings().get("milena.delivery.routes")).isEqualTo("*=127.0.0.1:4025");
    }

    @Test
    void theEndOfTheStartSaysWhereMailGoesAsItIsConfigured() throws IOException {
        var inbox = "http://localhost:8080/inbox";
        assertThat(Platform.prepare(up(dir.resolve("trial"), "")).readyMessage(inbox))
                .contains("Sent mail is at   " + inbox, "Its account       sends from any domain");
        assertThat(Platform.prepare(up(dir.resolve("routed"), "milena.delivery.routes=*=127.0.0.1:4026"))
                        .readyMessage(inbox))
                .contains("Sent mail goes by *=127.0.0.1:4026 (milena.delivery.routes)")
                .doesNotContain(inbox);
        assertThat(Platform.prepare(up(dir.resolve("some"), "milena.delivery.routes=a.example=127.0.0.1:4026"))
                        .readyMessage(inbox))
                .contains(
                        "Sent mail goes by a.example=127.0.0.1:4026 (milena.delivery.routes), other mail to its recipients' MX");
        assertThat(Platform.prepare(new UpOptions(dir.resolve("live"), Optional.empty(), true, false, 1, 1))
                        .readyMessage(inbox))
                .contains("Sent mail goes to its recipients' MX");
        assertThat(Platform.prepare(up(dir.resolve("restricted"), "milena.bootstrap.unrestricted=false"))
                        .readyMessage(inbox))
                .doesNotContain("any domain");
    }

    @Test
    void dataOfOneBrokerIsNotGivenToThree() throws IOException {
        var data = dir.resolve("data");
        Files.createDirectories(data.resolve("kafka-1"));
        assertThatThrownBy(() -> Platform.prepare(new UpOptions(data, Optional.empty(), false, true, 3, 1)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("belongs to 1 broker(s)");
    }

    @Test
    void aTakenPortIsOneSentenceWithTheKeyThatMovesIt() throws IOException {
        int[] free = FreePorts.take(6);
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var platform = Platform.prepare(up(dir.resolve("data"), """
                    milena.smtp.host=127.0.0.1
                    milena.smtp.ports=%d
                    milena.smtp.tls-ports=%d
                    quarkus.http.port=%d
                    milena.standalone.kafka-port=%d
                    milena.standalone.kafka-controller-port=%d
                    milena.standalone.postbox-port=%d
                    """.formatted(
                            free[0], free[1], taken.getLocalPort(), free[2], free[3], free[4])));
            assertThatThrownBy(() -> platform.requireFreePorts(List.of("quarkus.http.port")))
                    .isInstanceOf(StartException.class)
                    .hasMessage(("port %d (HTTP) cannot be used: another program listens on it; "
                                    + "quarkus.http.port sets another")
                            .formatted(taken.getLocalPort()));
        }
    }

    private UpOptions up(Path data, String settings) throws IOException {
        var file = Files.writeString(dir.resolve("operator.properties"), settings);
        return new UpOptions(data, Optional.of(file), false, false, 1, 1);
    }

    private static void isPrivate(Path file) {
        try {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
