package io.milena.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.milena.embedded.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    Path dir;

    @Test
    void theOperatorsFileBeatsTheDefaults() throws IOException {
        var settings = settings("milena.hostname = mta.example.com\nmilena.smtp.ports=25, 587");
        settings.orElse("milena.hostname", "localhost").orElse("milena.smtp.tls-ports", 465);

        assertThat(settings.get("milena.hostname")).isEqualTo("mta.example.com");
        assertThat(settings.ports("milena.smtp.ports")).containsExactly(25, 587);
        assertThat(settings.port("milena.smtp.tls-ports")).isEqualTo(465);
    }

    @Test
    void whatIsWrittenReadsBackTheSameAndForTheOwnerOnly() throws IOException {
        var settings = settings("milena.kafka.client.\"security.protocol\"=SSL")
                .set("milena.return-secret", " #a\\b=c:d é")
                .set("quarkus.log.category.\"kafka\".level", "WARN");
        var file = dir.resolve("written.properties");
        settings.write(file);

        var read = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            read.load(reader);
        }
        assertThat(read)
                .containsEntry("milena.return-secret", " #a\\b=c:d é")
                .containsEntry("quarkus.log.category.\"kafka\".level", "WARN")
                .containsEntry("milena.kafka.client.\"security.protocol\"", "SSL");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aKeyOfSomebodyElseIsATypingError() {
        assertThatThrownBy(() -> settings("melina.hostname=x"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(
                        "operator.properties:1: melina.hostname (expected: keys that begin with milena. or quarkus.)");
    }

    @Test
    void aPortThatIsNoneIsNamedWithItsKey() throws IOException {
        assertThatThrownBy(() -> settings("milena.smtp.ports=2525,smtp"))
                .isInstanceOf(SettingsException.class)
                .hasMessageEndingWith(":1: milena.smtp.ports: 2525,smtp (expected: a whole number)");
        var settings = settings("milena.smtp.ports=2525,70000");
        assertThatThrownBy(() -> settings.ports("milena.smtp.ports"))
                .isInstanceOf(StartException.class)
                .hasMessage("milena.smtp.ports: 70000 (expected: a port from 1 to 65535)");
    }

    private Settings settings(String text) throws IOException {
        var file = Files.writeString(dir.resolve("operator.properties"), text);
        return Settings.read(Optional.of(file));
    }
}
