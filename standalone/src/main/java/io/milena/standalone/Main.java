package io.milena.standalone;

import io.milena.standalone.command.Milena;
import io.quarkus.runtime.annotations.QuarkusMain;

/** {@code milena}: every command begins here. */
@QuarkusMain
public final class Main {
    private Main() {}

    public static void main(String... arguments) {
        System.exit(Milena.run(arguments));
    }
}
