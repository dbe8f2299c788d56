package io.milena.standalone.command;

import io.milena.embedded.StartException;
import io.milena.standalone.operator.Command;
import io.milena.standalone.operator.Console;
import io.milena.standalone.operator.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code logs}: prints the end of the logs in {@code DIR/log}, in the order of their times. */
@CommandLine.Command(name = "logs", description = "Show the logs of a platform on this machine.")
final class LogsCommand implements Command {
    private static final String SUFFIX = ".log";

    @Parameters(
            paramLabel = "PART",
            arity = "0..1",
            description = "Of this part of a split platform alone, such as delivery; without it of all.")
    private Optional<String> part = Optional.empty();

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with lines that are written from now on.")
    private boolean follow;

    @Option(
            names = "--message",
            paramLabel = "TEXT",
            description = "Only lines with this text, such as a queue id or an address; also in rotated files.")
    private Optional<String> message = Optional.empty();

    @Option(names = "--lines", paramLabel = "N", description = "The last N lines (default: 100; with --message all).")
    private Optional<Integer> lines = Optional.empty();

    @Mixin
    private DataOption data = new DataOption();

    @Override
    public int run(Console console, Map<String, String> environment) {
        if (lines.isPresent() && lines.get() < 0) {
            throw new UsageException("--lines " + lines.get() + " (expected: 0 or more)");
        }
        Predicate<String> wanted =
                message.<Predicate<String>>map(id -> line -> line.contains(id)).orElse(line -> true);
        var logs = logs();
        boolean several = logs.size() > 1;
        var merged = new LogMerge();
        for (var log : logs) {
            merged.add(several ? name(log) + ": " : "", log, message.isPresent(), wanted);
        }
        int limit = lines.orElse(message.isPresent() ? Integer.MAX_VALUE : 100);
        merged.last(limit).forEach(console::say);
        if (follow) {
            follow(logs, several, wanted, console);
        }
        return 0;
    }

    private static void follow(List<Path> logs, boolean several, Predicate<String> wanted, Console console) {
        var tails = logs.stream().map(LogTail::atEnd).toList();
        try {
            while (!console.out().checkError()) {
                for (int i = 0; i < tails.size(); i++) {
                    var prefix = several ? name(logs.get(i)) + ": " : "";
                    tails.get(i).lines().stream().filter(wanted).forEach(line -> console.say(prefix + line));
                }
                TimeUnit.MILLISECONDS.sleep(300);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Path> logs() {
        var directory = data.path().resolve("log");
        if (!Files.isDirectory(directory)) {
            throw new StartException(
                    "there are no logs in " + directory + ": --data DIR says where a platform was started");
        }
        try (var files = Files.list(directory)) {
            var logs = files.filter(file -> file.toString().endsWith(SUFFIX))
                    .filter(file -> part.isEmpty() || name(file).equals(part.get()))
                    .sorted()
                    .toList();
            if (logs.isEmpty()) {
                throw new StartException(part.map(name -> "there is no log of " + name + " in " + directory)
                        .orElse("there are no logs in " + directory));
            }
            return logs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(Path log) {
        var file = log.getFileName().toString();
        return file.substring(0, file.length() - SUFFIX.length());
    }
}
