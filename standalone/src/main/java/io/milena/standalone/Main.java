package io.milena.standalone;

import io.milena.standalone.command.Milena;
import io.quarkus.runtime.annotations.QuarkusMain;

/** {@code milena}: every command begins here. */
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        // A command has no Quarkus around it, which sets this.
        if (System.getProperty("java.util.logging.manager") == null) {
            System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
        }
        System.exit(Milena.run(arguments));
    }
}
