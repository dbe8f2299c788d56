package io.milena.standalone;

import io.milena.embedded.StartException;
import io.milena.standalone.operator.Commands;
import io.milena.standalone.platform.CommandLine;
import io.milena.standalone.platform.Platform;
import io.milena.standalone.platform.Terminal;
import io.milena.standalone.split.SplitCommands;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code up} runs everything in this process; with {@code --split}, and for {@code start} and {@code stop}, it only looks after others; the other commands ask a platform that runs. */
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        if (Commands.has(arguments)) {
            System.exit(Commands.run(arguments));
        }
        try {
            switch (CommandLine.parse(arguments)) {
                case CommandLine.Up up when up.split() -> SplitCommands.up(up);
                case CommandLine.Up up -> runHere(Platform.prepare(up));
                case CommandLine.Start start -> SplitCommands.start(start);
                case CommandLine.Stop stop -> SplitCommands.stop(stop);
            }
        } catch (StartException e) {
            Terminal.complain(e.getMessage());
            System.exit(1);
        }
    }

    private static void runHere(Platform platform) {
        SplitCommands.stopLeftovers(platform.data());
        platform.requireFreePorts(List.of("quarkus.http.port"));
        var settings = platform.settings();
        settings.orElse("quarkus.log.file.enabled", true)
                .orElse("quarkus.log.file.path", platform.data().log().resolve("milena.log"))
                .orElse("quarkus.log.file.rotation.max-file-size", "50M")
                .orElse("quarkus.log.file.rotation.max-backup-index", 5);
        var file = platform.data().run().resolve("standalone.properties");
        settings.write(file);
        System.setProperty("quarkus.config.locations", file.toString());
        Terminal.say("Starting; the log is " + settings.get("quarkus.log.file.path"));
        Ready.message = platform.readyMessage("http://localhost:" + settings.port("quarkus.http.port") + "/inbox");
        Quarkus.run(Ready.class, (status, failure) -> leave(status, failure));
    }

    private static void leave(int status, Throwable failure) {
        if (failure != null) {
            explain(failure);
        }
        System.exit(failure == null ? status : 1);
    }

    private static void explain(Throwable failure) {
        sentence(failure).ifPresentOrElse(Terminal::complain, () -> {
            Terminal.complain("it cannot go on");
            Terminal.complain(failure);
        });
    }

    /** What the operator can put right, a setting for instance, is a sentence; anything else needs its stack trace. */
    static Optional<String> sentence(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .filter(cause -> cause instanceof StartException
                        || cause instanceof IllegalArgumentException
                                && cause.getMessage() != null
                                && cause.getMessage().startsWith("milena."))
                .map(Throwable::getMessage)
                .findFirst();
    }

    /** Runs when every service has started. */
    public static final class Ready implements QuarkusApplication {
        private static String message = "";

        @Override
        public int run(String... arguments) {
            Terminal.say(message);
            Quarkus.waitForExit();
            return 0;
        }
    }
}
