package io.milena.standalone.command;

import io.milena.standalone.operator.Command;
import io.milena.standalone.operator.Console;
import io.milena.standalone.operator.RefusedException;
import java.util.Map;
import picocli.CommandLine;

/** {@code sbom}: its help only, since the script {@code ./milena} runs Maven. */
@CommandLine.Command(
        name = "sbom",
        description = "List the libraries that ship: an SBOM of each application, and THIRD-PARTY.md.",
        footer = {"", "The SBOMs (CycloneDX) go to target/sbom."})
final class SbomCommand implements Command {
    @Override
    public int run(Console console, Map<String, String> environment) {
        throw new RefusedException("the script ./milena in the project's directory lists the libraries");
    }
}
