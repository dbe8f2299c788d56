package io.milena.delivery.site;

import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long an unreachable destination rests. */
public interface SuspendSettings {
    /** After the first failure. */
    @WithDefault("30s")
    Duration first();

    /** The interval doubles up to this. */
    @WithDefault("30m")
    Duration max();
}
