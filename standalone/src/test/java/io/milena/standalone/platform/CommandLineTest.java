package io.milena.standalone.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.milena.embedded.StartException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineTest {
    @Test
    void upKeepsEverythingInDataUnlessToldOtherwise() {
        assertThat(CommandLine.parse("up"))
                .isEqualTo(new CommandLine.Up(Path.of("data").toAbsolutePath(), Optional.empty(), false, false, 1, 1));
    }

    @Test
    void upTakesItsOptionsInAnyOrder() {
        assertThat(CommandLine.parse(
                        "up",
                        "--brokers",
                        "3",
                        "--live",
                        "--data",
                        "/d",
                        "--split",
                        "--config",
                        "c.properties",
                        "--deliveries",
                        "2"))
                .isEqualTo(new CommandLine.Up(Path.of("/d"), Optional.of(Path.of("c.properties")), true, true, 3, 2));
    }

    @Test
    void startAndStopNameAPart() {
        assertThat(CommandLine.parse("stop", "ingest", "--data", "/d"))
                .isEqualTo(new CommandLine.Stop("ingest", Path.of("/d")));
        assertThat(CommandLine.parse("start", "kafka-2", "--data", "/d"))
                .isEqualTo(new CommandLine.Start("kafka-2", Path.of("/d")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "up --lives | --lives is not an option (./milena help lists them)",
                "up --data | --data needs a value",
                "up --split --brokers 2 | --brokers 2 (expected: 1 or 3)",
                "up --brokers 3 | --brokers 3 needs --split",
                "up --split --deliveries 0 | --deliveries 0 (expected: 1 to 9)",
                "up --split --deliveries ten | --deliveries ten (expected: 1 to 9)",
                "up --deliveries 2 | --deliveries 2 needs --split",
                "stop --data /d | stop needs the name of a part",
                "run | run is not a command (expected: up, start or stop)"
            })
    void saysWhatIsWrong(String line, String message) {
        assertThatThrownBy(() -> CommandLine.parse(line.split(" ")))
                .isInstanceOf(StartException.class)
                .hasMessage(message);
    }
}
