package io.milena.standalone.platform;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The options with which the platform runs.
 *
 * @param data the data directory, absolute
 * @param config the operator's properties file
 * @param live relay to the recipients' MX instead of the postbox
 * @param split each part is a process of its own
 * @param brokers 1 or 3
 * @param deliveries processes of delivery-service, 1 to 9
 */
public record UpOptions(Path data, Optional<Path> config, boolean live, boolean split, int brokers, int deliveries) {}
