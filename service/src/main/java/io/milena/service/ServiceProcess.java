package io.milena.service;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The process of one service from its start to its end. Nonsense in its configuration is a sentence and the exit code 2 before anything starts; SIGTERM
 * during the start ends it at once, since nothing has been promised to anybody yet.
 */
public final class ServiceProcess {
    private static final int NONSENSE = 2;
    /** As a shell tells of a process that SIGTERM ended. */
    private static final int TERMINATED = 143;

    private static volatile boolean started;

    private ServiceProcess() {}

    /** Runs the service that reads these configuration interfaces; returns when the process is about to exit. */
    public static void run(List<Class<?>> mappings, String... arguments) {
        var problems = new ConfigurationCheck(mappings).problemsOfProcess();
        if (!problems.isEmpty()) {
            problems.forEach(problem -> System.err.println("milena: " + problem));
            System.exit(NONSENSE);
        }
        endAtOnceDuringStart();
        Quarkus.run(Started.class, (status, failure) -> leave(status, failure), arguments);
    }

    /** Has SIGTERM halt the process where it comes before {@link #hasStarted}; Quarkus would wait until the start is over. */
    public static void endAtOnceDuringStart() {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            if (!started) {
                                Runtime.getRuntime().halt(TERMINATED);
                            }
                        },
                        "end-during-start"));
    }

    /** From now on SIGTERM ends the process in order; so it does after a start that failed. */
    public static void hasStarted() {
        started = true;
    }

    private static void leave(int status, Throwable failure) {
        hasStarted();
        if (failure != null) {
            sentence(failure)
                    .ifPresentOrElse(
                            text -> System.err.println("milena: " + text),
                            () -> Logger.getLogger(ServiceProcess.class).error("The service cannot go on", failure));
        }
        System.exit(failure == null ? status : 1);
    }

    /** A sentence that names the setting which the operator can put right; anything else needs its stack trace. */
    public static Optional<String> sentence(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .filter(cause -> cause instanceof IllegalArgumentException || cause instanceof IllegalStateException)
                .map(Throwable::getMessage)
                .filter(message -> message != null && message.startsWith("milena."))
                .findFirst();
    }

    /** Runs when the service has started. */
    public static final class Started implements QuarkusApplication {
        @Override
        public int run(String... arguments) {
            hasStarted();
            Quarkus.waitForExit();
            return 0;
        }
    }
}
