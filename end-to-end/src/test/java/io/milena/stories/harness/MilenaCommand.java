package io.milena.stories.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command {@code milena} as its user runs it: each in a process of its own. Blocks until it has ended. */
public final class MilenaCommand {
    private MilenaCommand() {}

    /** The exit code of a command, and all that it printed. */
    public record Said(int code, String out) {}

    /** Runs a command on the data directory of this platform. */
    public static Said milena(Platform platform, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                System.getProperty("milena.standalone")));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--data", platform.data().toString()));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), out);
    }
}
