package io.milena.standalone.command;

import io.milena.embedded.StartException;
import io.milena.service.Nearest;
import io.milena.standalone.operator.Command;
import io.milena.standalone.operator.Console;
import io.milena.standalone.operator.OperatorCommands;
import io.milena.standalone.operator.RefusedException;
import io.milena.standalone.operator.UsageException;
import io.milena.standalone.platform.SettingsException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The grammar of {@code milena} and its exit codes: 0, 1 if a command was refused or failed, 2 if the command line is
 * wrong. Only the commands that the line needs are built, which halves the start time.
 */
public final class Milena {
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int NONSENSE = 2;
    private static final int WIDTH = 100;

    private Milena() {}

    /** Runs a command in this process and returns the exit code. */
    public static int run(String... arguments) {
        int code = run(Console.ofProcess(), System.getenv(), arguments);
        System.out.flush();
        return code;
    }

    /** Runs a command that writes on this console. */
    public static int run(Console console, Map<String, String> environment, String... given) {
        var arguments = rewritten(given);
        var line = line(arguments);
        try {
            var parsed = line.parseArgs(arguments);
            for (var asked : parsed.asCommandLineList()) {
                if (!asked.getParseResult().unmatched().isEmpty()) {
                    // picocli accepts unknown arguments where help is requested.
                    throw new UnmatchedArgumentException(
                            asked, asked.getParseResult().unmatched());
                }
                if (asked.isUsageHelpRequested()) {
                    asked.usage(console.out());
                    return OK;
                }
            }
            return run(parsed, console, environment);
        } catch (ParameterException e) {
            explain(sentence(e), e.getCommandLine(), console);
            return NONSENSE;
        }
    }

    private static String sentence(ParameterException failure) {
        if (!(failure instanceof UnmatchedArgumentException unmatched)) {
            return failure.getMessage();
        }
        var spec = failure.getCommandLine().getCommandSpec();
        var word = unmatched.getUnmatched().getFirst();
        if (word.startsWith("-")) {
            return withNearest(
                    "unknown option '" + word + "'", word, spec.optionsMap().keySet());
        }
        if (spec.subcommands().isEmpty()) {
            return spec.name() + " takes no '" + word + "'";
        }
        return spec.parent() == null
                ? withNearest(
                        "unknown command '" + word + "'",
                        word,
                        spec.subcommands().keySet())
                : "%s: unknown action '%s' (expected: %s)"
                        .formatted(
                                spec.name(),
                                word,
                                String.join(", ", spec.subcommands().keySet()));
    }

    private static String withNearest(String message, String word, Collection<String> candidates) {
        return Nearest.of(word, candidates, 2)
                .map(near -> message + "; did you mean " + near + "?")
                .orElse(message);
    }

    private static int run(ParseResult parsed, Console console, Map<String, String> environment) {
        var last = last(parsed);
        var line = last.commandSpec().commandLine();
        try {
            if (last == parsed) {
                line.usage(console.out());
                return OK;
            }
            return ((Command) line.getCommand()).run(console, environment);
        } catch (UsageException e) {
            explain(e.getMessage(), line, console);
            return NONSENSE;
        } catch (SettingsException e) {
            e.problems().forEach(console::complain);
            return NONSENSE;
        } catch (RefusedException | StartException e) {
            console.complain(e.getMessage());
            return FAILED;
        }
    }

    /**
     * The innermost command. An option of its group must stand behind the command's name, since it would be lost before
     * it.
     */
    private static ParseResult last(ParseResult parsed) {
        var last = parsed;
        while (last.hasSubcommand()) {
            var next = last.subcommand();
            if (!last.matchedOptions().isEmpty()) {
                throw new ParameterException(
                        last.commandSpec().commandLine(),
                        last.matchedOptions().getFirst().longestName() + " must stand behind "
                                + next.commandSpec().name());
            }
            last = next;
        }
        return last;
    }

    private static void explain(String message, CommandLine line, Console console) {
        console.complain(message);
        console.err().print("Usage: " + line.getHelp().synopsis("Usage: ".length()));
        console.err().println("More: milena " + helpOf(line));
    }

    private static String helpOf(CommandLine line) {
        var names = new StringBuilder("help");
        var spec = line.getCommandSpec();
        if (spec.parent() != null) {
            if (spec.parent().parent() != null) {
                names.append(' ').append(spec.parent().name());
            }
            names.append(' ').append(spec.name());
        }
        return names.toString();
    }

    /** {@code help COMMAND} is {@code COMMAND --help}; {@code --version} is {@code version}. */
    private static String[] rewritten(String... given) {
        if (given.length > 0 && given[0].equals("help") && !List.of(given).contains("--help")) {
            var arguments = new String[given.length];
            System.arraycopy(given, 1, arguments, 0, given.length - 1);
            arguments[given.length - 1] = "--help";
            return arguments;
        }
        return given.length == 1 && given[0].equals("--version") ? new String[] {"version"} : given;
    }

    /** The whole grammar, or the part of it that the arguments need. */
    private static CommandLine line(String... arguments) {
        var groups = groups();
        var all = new LinkedHashMap<String, Supplier<Command>>();
        groups.values().forEach(all::putAll);
        var wanted = arguments.length > 0 && all.containsKey(arguments[0]) && !arguments[0].equals("completion")
                ? Map.of(arguments[0], all.get(arguments[0]))
                : all;
        var line = new CommandLine(CommandSpec.create().name("milena"));
        wanted.forEach((name, command) -> line.addSubcommand(name, command.get()));
        prepare(line);
        line.getCommandSpec()
                .usageMessage()
                .description("Runs the Milena email platform, and looks after one that runs.")
                .customSynopsis("milena COMMAND [OPTIONS]")
                .commandListHeading("")
                .footer("", "milena help COMMAND explains it. Exit codes: 0, 1 refused or failed, 2 wrong usage.");
        if (wanted == all) {
            line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, help -> list(groups, help));
        }
        return line;
    }

    private static void prepare(CommandLine line) {
        line.setExpandAtFiles(false)
                .setUsageHelpWidth(WIDTH)
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        addHelp(line);
    }

    private static void addHelp(CommandLine line) {
        line.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Print this help.")
                        .build());
        line.getSubcommands().values().forEach(Milena::addHelp);
    }

    /** The commands, grouped by purpose. */
    private static Map<String, Map<String, Supplier<Command>>> groups() {
        var groups = new LinkedHashMap<String, Map<String, Supplier<Command>>>();
        var run = new LinkedHashMap<String, Supplier<Command>>();
        run.put("up", UpCommand::new);
        run.put("start", StartCommand::new);
        run.put("stop", StopCommand::new);
        run.put("down", DownCommand::new);
        run.put("config", ConfigCommand::new);
        groups.put("Run a platform:", run);
        var look = new LinkedHashMap<String, Supplier<Command>>();
        look.put("status", OperatorCommands::status);
        look.put("logs", LogsCommand::new);
        look.put("send", OperatorCommands::send);
        look.putAll(OperatorCommands.looks());
        groups.put("Look at one that runs:", look);
        groups.put("Say what becomes of mail:", OperatorCommands.orders());
        var develop = new LinkedHashMap<String, Supplier<Command>>();
        develop.put("test", TestCommand::new);
        develop.put("bench", BenchCommand::new);
        develop.put("faults", FaultsCommand::new);
        develop.put("sbom", SbomCommand::new);
        groups.put("Develop it:", develop);
        var tool = new LinkedHashMap<String, Supplier<Command>>();
        tool.put("help", HelpCommand::new);
        tool.put("version", VersionCommand::new);
        tool.put("completion", CompletionCommand::new);
        groups.put("About this tool:", tool);
        return groups;
    }

    private static String list(Map<String, Map<String, Supplier<Command>>> groups, CommandLine.Help help) {
        var text = new StringBuilder();
        groups.forEach((title, commands) -> {
            text.append(System.lineSeparator()).append(title).append(System.lineSeparator());
            commands.keySet().forEach(name -> text.append("  %-14s%s%n".formatted(name, described(help, name))));
        });
        return text.toString();
    }

    private static String described(CommandLine.Help help, String name) {
        return String.join(
                " ",
                help.commandSpec()
                        .subcommands()
                        .get(name)
                        .getCommandSpec()
                        .usageMessage()
                        .description());
    }
}
