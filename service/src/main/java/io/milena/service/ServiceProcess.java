package io.milena.service;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The process of one service from its start to its end. Errors in its configuration give sentences and the exit code 2
 * before anything starts. SIGTERM during the start ends the process at once, since no client has been promised anything
 * yet.
 */
public final class ServiceProcess {
    private static final int NONSENSE = 2;
    /** Exit code that a shell reports for a process ended by SIGTERM. */
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

    /**
     * Makes SIGTERM halt the process if it comes before {@link #hasStarted}; Quarkus would wait until the start is
     * over.
     */
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

    /** SIGTERM ends the process in order from now on; so it does after a start that failed. */
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

    /**
     * A sentence that names the setting which the operator must correct; empty for a failure that needs its stack
     * trace.
     */
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
