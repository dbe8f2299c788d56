package io.milena.stories.harness;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Passes the run's one {@link Story} to tests with such a parameter; the first of them starts it, the end of the run
 * closes it.
 */
public final class SharedPlatform implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedPlatform.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Story.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Attempt.class, key -> Attempt.make(), Attempt.class)
                .story();
    }

    /** The only attempt to start: if it failed, every story fails at once, and none waits for another attempt. */
    private record Attempt(Optional<Story> begun, Optional<RuntimeException> failure) implements AutoCloseable {
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

        @Override
        public void close() throws IOException {
            if (begun.isPresent()) {
                begun.get().close();
            }
        }
    }
}
