package io.milena.topics;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** {@code milena.retry.*}: when a deferred message is tried again, and for how long. */
@ConfigMapping(prefix = "milena.retry")
public interface RetrySettings {
    /** Delay after the first, second … attempt, less up to a tenth of it; the last one repeats. Each is a delay topic, through which accounts' own delays lead too. */
    @WithDefault("1m,5m,15m,1h,4h")
    List<Duration> delays();

    /** Queue lifetime: what is not delivered by then goes back to its sender (RFC 5321 §4.5.4.1 asks for 4–5 days at least as a rule of thumb). An account may have a shorter one. */
    @WithDefault("72h")
    Duration lifetime();

    /** The sender of mail that has waited for so long is told so once, after the attempt that then fails; 0: never. */
    @WithDefault("4h")
    Duration delayReport();
}
