package io.milena.bounce;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** {@code milena.*}: the settings of bounce-service besides {@code milena.kafka.*} and {@code milena.retry.*}. */
@ConfigMapping(prefix = "milena")
public interface BounceConfig {
    /** Our name in reports: Reporting-MTA, and the domain of MAILER-DAEMON. */
    @WithDefault("localhost")
    String hostname();

    /**
     * A name that this replica keeps over restarts, e.g. its pod's, so that it takes its partitions back at once;
     * without one it is a new replica each time.
     */
    Optional<String> instance();

    /** Domain of the return addresses that the platform issues; without it mail to them cannot be understood. */
    Optional<String> returnDomain();

    /** Key of the return addresses' MAC, the same for ingest, delivery and bounce; 16 characters or more. */
    Optional<String> returnSecret();
}
