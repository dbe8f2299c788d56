package io.milena.standalone;

import io.milena.standalone.command.Milena;
import io.quarkus.runtime.annotations.QuarkusMain;

/** The main class: every {@code milena} command begins here. */
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        // Quarkus sets this, but a command runs without Quarkus.
        if (System.getProperty("java.util.logging.manager") == null) {
            System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        }
        System.exit(Milena.run(arguments));
    }
}
