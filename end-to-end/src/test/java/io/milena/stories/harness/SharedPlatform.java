package io.milena.stories.harness;

import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands this JVM's one {@link Story} to the tests that ask for it. The first of them starts it, and the JVM's end ends it: a
 * fork of the test run has a session of JUnit for each class, so that a store of JUnit's would end it after each class.
 */
public final class SharedPlatform implements ParameterResolver {
    private static Attempt attempt;

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Story.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return attempt().story();
    }

    private static synchronized Attempt attempt() {
        if (attempt == null) {
            attempt = Attempt.make();
        }
        return attempt;
    }

    /** The one attempt to begin: where it failed every story fails at once, and none waits for another. */
    private record Attempt(Optional<Story> begun, Optional<RuntimeException> failure) {
        static Attempt make() {
            try {
                return new Attempt(Optional.of(Story.begin()), Optional.empty());
            } catch (RuntimeException e) {
                return new Attempt(Optional.empty(), Optional.of(e));
            }
        }

        Story story() {
            return begun.orElseThrow(() -> new IllegalStateException("the platform did not start", failure.get()));
        }
    }
}
