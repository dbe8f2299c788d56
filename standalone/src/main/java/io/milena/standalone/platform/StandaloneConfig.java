package io.milena.standalone.platform;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code milena.standalone.*}: settings of the parts that a production installation runs elsewhere. */
@ConfigMapping(prefix = "milena.standalone")
public interface StandaloneConfig {
    /** Directory of all data; {@code --data} sets it. */
    @WithDefault("data")
    Path data();

    /** Port of the embedded broker, on loopback; with three brokers the others use every second port above. */
    @WithDefault("9092")
    int kafkaPort();

    /** Port of its controller; with three brokers the others use every second port above. */
    @WithDefault("9093")
    int kafkaControllerPort();

    /** Port of the embedded PostgreSQL, on loopback. Not 5432, which many developers' own servers use. */
    @WithDefault("15432")
    int postgresPort();

    /** Run the postbox, a smart host on loopback that keeps the last 1,000 messages; {@code --live} turns it off. */
    @WithDefault("true")
    boolean postbox();

    /** The postbox's SMTP port. */
    @WithDefault("3025")
    int postboxPort();

    /**
     * Names by which browsers may address this machine at the inbox, beside localhost and loopback addresses; requests
     * by other names are refused, so that foreign pages cannot read mail.
     */
    Optional<List<String>> inboxHosts();
}
