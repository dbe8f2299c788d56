package io.milena.topics;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** {@code milena.retry.*}: when and for how long a deferred message is retried. */
@ConfigMapping(prefix = "milena.retry")
public interface RetrySettings {
    /**
     * Delay after the first, second … attempt, less up to a tenth of it; the last one repeats. Each is a delay topic,
     * and accounts' own delays use these topics too.
     */
    @WithDefault("1m,5m,15m,1h,4h")
    List<Duration> delays();

    /**
     * Queue lifetime: mail that is not delivered by then goes back to its sender (RFC 5321 §4.5.4.1 recommends 4–5 days
     * at least). An account may have a shorter one.
     */
    @WithDefault("72h")
    Duration lifetime();

    /** Mail that has waited for this long and fails again makes one delay report to its sender; 0: never. */
    @WithDefault("4h")
    Duration delayReport();
}
