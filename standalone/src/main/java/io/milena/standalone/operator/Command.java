package io.milena.standalone.operator;

import java.util.Map;

/** One command of the grammar: picocli fills its annotated fields, then it runs once on the main thread. */
public interface Command {
    /** Returns the exit code. Throws {@link UsageException} for nonsense, {@link RefusedException} or a StartException for what cannot be done. */
    int run(Console console, Map<String, String> environment);
}
