package io.milena.standalone.operator;

import java.util.Map;
import java.util.Set;

/** One command of an operator's. */
interface Command {
    String name();

    /** How it is called, without the options that all commands have. */
    String usage();

    /** Its options that stand alone, such as {@code --raw}. */
    default Set<String> flags() {
        return Set.of();
    }

    /** Its options that a value follows. */
    default Set<String> options() {
        return Set.of();
    }

    /** The exit code. Throws {@link UsageException} for what makes no sense, and {@link RefusedException} for what the server refuses. */
    int run(Arguments arguments, Map<String, String> environment, Console console);
}
