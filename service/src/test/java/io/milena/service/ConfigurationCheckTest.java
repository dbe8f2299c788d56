package io.milena.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationCheckTest {
    @ConfigMapping(prefix = "milena.retry")
    interface Retry {
        Duration lifetime();

        List<Duration> delays();
    }

    @ConfigMapping(prefix = "milena.smtp")
    interface Smtp {
        List<Integer> ports();

        Optional<Integer> maxRecipients();
    }

    private final ConfigurationCheck check = new ConfigurationCheck(List.of(Retry.class, Smtp.class));

    private List<String> problems(String key, String value) {
        return check.problems(List.of(new GivenSetting(key, value, "here")));
    }

    @Test
    void aValueIsOfTheTypeThatIsRead() {
        assertThat(problems("milena.retry.lifetime", "3 days"))
                .containsExactly(
                        "here: milena.retry.lifetime: 3 days (expected: a duration such as 500ms, 30s, 5m or 72h)");
        assertThat(problems("milena.retry.delays", "1m, soon"))
                .singleElement()
                .asString()
                .contains("(expected: a duration");
        assertThat(problems("milena.smtp.max-recipients", "many"))
                .containsExactly("here: milena.smtp.max-recipients: many (expected: a whole number)");
        assertThat(problems("milena.retry.lifetime", "72h")).isEmpty();
        assertThat(problems("milena.retry.delays", "1m, 5m")).isEmpty();
        assertThat(problems("milena.smtp.max-recipients", "${env.max}")).isEmpty();
        // Another service reads this key and knows its type.
        assertThat(problems("milena.dns.timeout", "banana")).isEmpty();
    }

    @Test
    void aKeyIsOneThatSomeServiceReads() {
        assertThat(problems("milena.smtp.port", "25"))
                .containsExactly("here: unknown key milena.smtp.port; did you mean milena.smtp.ports?");
        assertThat(problems("%dev.milena.hostnam", "x"))
                .containsExactly("here: unknown key %dev.milena.hostnam; did you mean milena.hostname?");
        assertThat(problems("milena.smtp.ports[0]", "25")).isEmpty();
        assertThat(problems("milena.tls.hosts.\"*.example.com\".certificate", "c.pem"))
                .isEmpty();
        assertThat(problems("milena.kafka.client.\"security.protocol\"", "SSL")).isEmpty();
        assertThat(problems("milena.split.delivery-4-http-port", "9000")).isEmpty();
        assertThat(problems("quarkus.http.port", "8080")).isEmpty();
    }

    @Test
    void aVariableIsRefusedWhereItIsNearlyThatOfAKey() {
        var environment = Map.of(
                "MILENA_SMTP_PORTS", "25",
                "MILENA_SMTP_PORT_", "25",
                "MILENA_HOSTNAM", "x",
                "MILENA_KAFKA_CLIENT__SECURITY_PROTOCOL_", "SSL",
                "MILENA_SERVICE_HOST", "10.0.0.1",
                "MILENA_URL", "http://localhost");

        assertThat(check.problems(new Properties(), environment))
                .containsExactly(
                        "environment: unknown variable MILENA_HOSTNAM; did you mean MILENA_HOSTNAME?",
                        "environment: unknown variable MILENA_SMTP_PORT_; did you mean MILENA_SMTP_PORTS?");
    }

    @Test
    void aLineThatGoesOnCountsFromItsBegin(@TempDir Path dir) throws IOException {
        var file = Files.writeString(dir.resolve("a.properties"), """
                ! a comment \\
                milena.retry.delays = 1m,\\
                    5m
                milena.retry.lifetime : 3 days
                """);

        assertThat(GivenSetting.of(file))
                .containsExactly(
                        new GivenSetting("milena.retry.delays", "1m,5m", file + ":2"),
                        new GivenSetting("milena.retry.lifetime", "3 days", file + ":4"));
        assertThat(check.problems(file))
                .singleElement()
                .asString()
                .startsWith(file + ":4: milena.retry.lifetime: 3 days");
        assertThat(check.problems(dir.resolve("none")))
                .singleElement()
                .asString()
                .contains("cannot be read");
    }
}
