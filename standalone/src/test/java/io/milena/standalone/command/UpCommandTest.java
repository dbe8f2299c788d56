package io.milena.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.milena.standalone.operator.UsageException;
import io.milena.standalone.platform.UpOptions;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class UpCommandTest {
    private static UpOptions parse(String... arguments) {
        var command = new UpCommand();
        new CommandLine(command).parseArgs(arguments);
        return command.options();
    }

    @Test
    void upKeepsEverythingInDataUnlessToldOtherwise() {
        assertThat(parse())
                .isEqualTo(new UpOptions(Path.of("data").toAbsolutePath(), Optional.empty(), false, false, 1, 1));
    }

    @Test
    void upTakesItsOptionsInAnyOrder() {
        assertThat(parse(
                        "--brokers",
                        "3",
                        "--live",
                        "--data=/d",
                        "--split",
                        "--config",
                        "c.properties",
                        "--deliveries",
                        "2"))
                .isEqualTo(new UpOptions(Path.of("/d"), Optional.of(Path.of("c.properties")), true, true, 3, 2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--split --brokers 2 | --brokers 2 (expected: 1 or 3)",
                "--brokers 3 | --brokers 3 needs --split",
                "--split --deliveries 0 | --deliveries 0 (expected: 1 to 9)",
                "--split --deliveries ten | --deliveries ten (expected: 1 to 9)",
                "--deliveries 2 | --deliveries 2 needs --split",
            })
    void valuesThatMakeNoSenseAreRefused(String line, String message) {
        assertThatThrownBy(() -> parse(line.split(" ")))
                .isInstanceOf(UsageException.class)
                .hasMessage(message);
    }
}
