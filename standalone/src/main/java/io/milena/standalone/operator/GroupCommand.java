package io.milena.standalone.operator;

import java.util.Map;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code group}: how far the groups of consumers are, and the adoption of one whose progress is gone. */
@CommandLine.Command(
        name = "group",
        description = "Show how far the services have read the topics of mail; adopt a group whose progress is gone.",
        subcommands = {GroupCommand.ListThem.class, GroupCommand.Adopt.class})
final class GroupCommand extends ServiceCommand {
    private static final String PATH = "/v1/groups";
    private static final String GONE = "GONE";

    @Override
    int run(Client client, Console console) {
        return list(platform, client, console);
    }

    private static int list(PlatformOptions platform, Client client, Console console) {
        var groups = client.get(PATH);
        if (platform.json) {
            console.print(groups);
            return 0;
        }
        var table = new Table("GROUP", "TOPIC", ">PARTITION", ">FIRST", ">SETTLED", ">END", "STATE");
        groups.path("groups")
                .forEach(group -> group.path("partitions")
                        .forEach(partition -> table.row(
                                group.path("group").asText(),
                                partition.path("topic").asText(),
                                partition.path("partition").asText(),
                                partition.path("first").asText(),
                                partition.path("settled").isNumber()
                                        ? partition.path("settled").asText()
                                        : null,
                                partition.path("end").asText(),
                                partition.path("state").asText())));
        console.print(table);
        StreamSupport.stream(groups.path("groups").spliterator(), false)
                .filter(group -> StreamSupport.stream(group.path("partitions").spliterator(), false)
                        .anyMatch(partition -> partition.path("state").asText().equals(GONE)))
                .map(group -> group.path("group").asText())
                .forEach(group -> console.say("The progress of " + group + " is gone, and it waits: milena group adopt "
                        + group + " --at start|end"));
        return 0;
    }

    @CommandLine.Command(name = "list", description = "Show how far the services have read the topics of mail.")
    static final class ListThem extends ServiceCommand {
        @Override
        int run(Client client, Console console) {
            return list(platform, client, console);
        }
    }

    @CommandLine.Command(
            name = "adopt",
            description =
                    "Have a group go on whose progress is gone: at the start of its topics, so that all mail there"
                            + " is sent again, or at their end, so that none of it is.")
    static final class Adopt extends ServiceCommand {
        @Parameters(paramLabel = "GROUP", description = "Its name, as list shows it.")
        private String group = "";

        @Option(names = "--at", required = true, paramLabel = "start|end", description = "Where it goes on.")
        private String at = "";

        @Option(names = "--yes", description = "Ask nothing; for programs.")
        private boolean yes;

        @Override
        int run(Client client, Console console) {
            var question =
                    switch (at) {
                        case "start" -> "%s: all mail that its topics still hold is sent again. Go on?";
                        case "end" -> "%s: mail that its topics hold now is never sent. Go on?";
                        default -> throw new UsageException("--at takes start or end (given: " + at + ")");
                    };
            if (!yes) {
                if (console.person().isEmpty()) {
                    throw new UsageException("adopt asks first: a program needs --yes");
                }
                if (!console.confirms(question.formatted(group))) {
                    console.say("Nothing was done.");
                    return 1;
                }
            }
            var given = client.post(PATH + "/" + Client.escaped(group) + "/adopt", Map.of("at", at));
            if (platform.json) {
                console.print(given);
            } else {
                console.say(group + " goes on at the " + given.path("at").asText() + " of its topics.");
            }
            return 0;
        }
    }
}
