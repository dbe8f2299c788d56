package io.milena.standalone.command;

import io.milena.standalone.operator.Command;
import io.milena.standalone.operator.Console;
import io.milena.standalone.split.SplitCommands;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code start}: starts one part of a split platform. */
@CommandLine.Command(name = "start", description = "Start one part of a split platform again.")
final class StartCommand implements Command {
    @Parameters(
            paramLabel = "PART",
            description = "kafka-1 ..., postgres, ingest, auth, delivery, delivery-2 ..., bounce or postbox.")
    private String part = "";

    @Mixin
    private DataOption data = new DataOption();

    @Override
    public int run(Console console, Map<String, String> environment) {
        SplitCommands.start(data.path(), part);
        return 0;
    }
}
