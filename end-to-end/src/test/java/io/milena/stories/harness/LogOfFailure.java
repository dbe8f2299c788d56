package io.milena.stories.harness;

import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Adds the end of each running platform's log to a story's failure, so that the report shows it. */
public final class LogOfFailure implements AfterTestExecutionCallback {

    @Override
    public void afterTestExecution(ExtensionContext context) {
        context.getExecutionException().ifPresent(failure -> {
            for (var platform : Platform.running()) {
                failure.addSuppressed(new PlatformLog(platform.name(), platform.log() + "\n" + platform.logTail()));
            }
        });
    }

    /** A log in place of a stack trace. */
    private static final class PlatformLog extends Exception {
        private static final long serialVersionUID = 1;

        PlatformLog(String name, String log) {
            super("log of " + name + ": " + log, null, false, false);
        }
    }
}
