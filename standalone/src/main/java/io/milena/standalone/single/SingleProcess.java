package io.milena.standalone.single;

import io.milena.embedded.StartException;
import io.milena.service.ServiceProcess;
import io.milena.standalone.platform.Platform;
import io.milena.standalone.platform.Terminal;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs all services and servers in this process until the process is told to end. */
public final class SingleProcess {
    private SingleProcess() {}

    /** Starts everything and returns only after it has ended; the process then exits. */
    public static void run(Platform platform) {
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
        // A hard end is safe: PostgreSQL ends with its JVM, and Kafka recovers its log.
        ServiceProcess.endAtOnceDuringStart();
        Quarkus.run(Ready.class, (status, failure) -> leave(status, failure));
    }

    private static void leave(int status, Throwable failure) {
        ServiceProcess.hasStarted();
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

    /**
     * A sentence for an error that the operator can correct, such as a setting; empty for a failure that needs its
     * stack trace.
     */
    static Optional<String> sentence(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .filter(StartException.class::isInstance)
                .map(Throwable::getMessage)
                .findFirst()
                .or(() -> ServiceProcess.sentence(failure));
    }

    /** Runs when every service has started. */
    public static final class Ready implements QuarkusApplication {
        private static String message = "";

        @Override
        public int run(String... arguments) {
            ServiceProcess.hasStarted();
            Terminal.say(message);
            Quarkus.waitForExit();
            return 0;
        }
    }
}
