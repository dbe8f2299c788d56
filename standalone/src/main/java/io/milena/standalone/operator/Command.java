package io.milena.standalone.operator;

import java.util.Map;

/** One command of the grammar: picocli fills its annotated fields, then it runs once on the main thread. */
public interface Command {
    /**
     * Returns the exit code. Throws {@link UsageException} for a wrong command line, and {@link RefusedException} or a
     * StartException for a command that cannot be carried out.
     */
    int run(Console console, Map<String, String> environment);
}
