package io.milena.standalone.command;

import io.milena.standalone.operator.Command;
import io.milena.standalone.operator.Console;
import io.milena.standalone.operator.RefusedException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** {@code bench}: its help only, since the script {@code ./milena} builds and starts the measurements. */
@CommandLine.Command(
        name = "bench",
        description = "Measure Milena on this machine.",
        footer = {
            "",
            "Scenarios:",
            "  accept, relay   messages per second and latency",
            "  destinations    whether dead and slow destinations hold up the others",
            "  fairness        one account's message beside the campaign of another",
            "  backlog         a million queued messages: start, memory, messages per second",
            "                  (needs 8 GB of disk for a while)",
            "  scale           one, two and four delivery replicas (with --split)",
            "  idle            the cost of 10,000 idle sessions",
            "  dkim            signatures per second",
            "  micro           the hot paths by themselves (JMH); a regular expression chooses"
        })
final class BenchCommand implements Command {
    @Parameters(
            paramLabel = "SCENARIO [MESSAGES]",
            arity = "0..*",
            hideParamSyntax = true,
            description = "See below; all without it.")
    private List<String> scenario = List.of();

    @Override
    public int run(Console console, Map<String, String> environment) {
        throw new RefusedException(
                "the script ./milena in the project's directory measures " + String.join(" ", scenario));
    }
}
