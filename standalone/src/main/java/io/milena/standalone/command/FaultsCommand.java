package io.milena.standalone.command;

import io.milena.standalone.operator.Command;
import io.milena.standalone.operator.Console;
import io.milena.standalone.operator.RefusedException;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code faults}: its help only, since the script {@code ./milena} builds and starts the harness. */
@CommandLine.Command(
        name = "faults",
        description = "Kill, freeze and cut off a platform under load, and look for lost mail.",
        footer = {
            "",
            "Starts a platform of its own, with every part in its own process. Every kind of",
            "fault comes at least once, however short the time (docs/reliability.md).",
            "Exit code 1: a message was lost, or another promise was broken."
        })
final class FaultsCommand implements Command {
    @Option(names = "--minutes", paramLabel = "N", description = "How long faults go on; 3 without it.")
    private String minutes = "3";

    @Option(names = "--seed", paramLabel = "S", description = "The order of faults; any without it.")
    private String seed = "any";

    @Option(names = "--brokers", paramLabel = "1|3", description = "How many Kafka brokers; 1 without it.")
    private String brokers = "1";

    @Option(names = "--report", paramLabel = "FILE", description = "Where the JSON goes; faults.json without it.")
    private String report = "faults.json";

    @Option(
            names = "--mutant",
            paramLabel = "NAME",
            description = "A mistake to build into the platform, which the round must find.")
    private String mutant = "none";

    @Option(
            names = "--only",
            paramLabel = "TEXT",
            description = "Only faults with this in their names, e.g. 'beside a replica'.")
    private String only = "";

    @Override
    public int run(Console console, Map<String, String> environment) {
        throw new RefusedException(
                "the script ./milena in the project's directory causes faults (%s min, seed %s, %s broker(s), mutant %s, only '%s', %s)"
                        .formatted(minutes, seed, brokers, mutant, only, report));
    }
}
