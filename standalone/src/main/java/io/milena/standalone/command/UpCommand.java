package io.milena.standalone.command;

import io.milena.standalone.operator.Command;
import io.milena.standalone.operator.Console;
import io.milena.standalone.operator.UsageException;
import io.milena.standalone.platform.Platform;
import io.milena.standalone.platform.UpOptions;
import io.milena.standalone.single.SingleProcess;
import io.milena.standalone.split.SplitCommands;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code up}: runs the platform until SIGTERM or Ctrl-C. */
@CommandLine.Command(
        name = "up",
        description = "Run the whole platform, in one process or split.",
        footer = {
            "",
            "Builds first if that is necessary. Ctrl-C, SIGTERM or 'milena down' ends it in order.",
            "Heap and other JVM flags: the environment variable MILENA_JAVA_OPTIONS."
        })
final class UpCommand implements Command {
    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A properties file with milena.* and quarkus.* keys (docs/configuration.md).")
    private Optional<Path> config = Optional.empty();

    @Option(
            names = "--live",
            description = "Relay to the recipients' MX; without it all mail ends in the local postbox at /inbox.")
    private boolean live;

    @Option(names = "--split", description = "Every part is its own process: DIR/run/NAME.pid, DIR/log/NAME.log.")
    private boolean split;

    @Option(names = "--brokers", paramLabel = "1|3", description = "How many Kafka brokers; 3 with --split.")
    private String brokers = "1";

    @Option(
            names = "--deliveries",
            paramLabel = "N",
            description = "How many processes of delivery-service, 1 to 9, with --split: delivery, delivery-2 ...")
    private String deliveries = "1";

    @Override
    public int run(Console console, Map<String, String> environment) {
        var platform = Platform.prepare(options());
        SplitCommands.stopLeftovers(platform.data());
        if (split) {
            SplitCommands.up(platform);
        } else {
            SingleProcess.run(platform);
        }
        return 0;
    }

    /** The options of the command line. Throws {@link UsageException}. */
    UpOptions options() {
        if (!brokers.matches("[13]")) {
            throw new UsageException("--brokers " + brokers + " (expected: 1 or 3)");
        }
        if (!deliveries.matches("[1-9]")) {
            throw new UsageException("--deliveries " + deliveries + " (expected: 1 to 9)");
        }
        if (!brokers.equals("1") && !split) {
            throw new UsageException("--brokers " + brokers + " needs --split");
        }
        if (!deliveries.equals("1") && !split) {
            throw new UsageException("--deliveries " + deliveries + " needs --split");
        }
        return new UpOptions(data.path(), config, live, split, Integer.parseInt(brokers), Integer.parseInt(deliveries));
    }
}
