package io.milena.deploy;

import io.milena.auth.AuthSettings;
import io.milena.bounce.BounceConfig;
import io.milena.delivery.DeliveryConfig;
import io.milena.ingest.IngestSettings;
import io.milena.operator.AdminSettings;
import io.milena.service.MetricsSettings;
import io.milena.topics.RetrySettings;
import io.milena.topics.kafka.KafkaSettings;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The environment variables that each service reads, from its configuration interfaces. */
final class KnownSettings {
    private static final Map<String, Class<?>> SERVICES = Map.of(
            "ingest", IngestSettings.class,
            "auth", AuthSettings.class,
            "delivery", DeliveryConfig.class,
            "bounce", BounceConfig.class);

    /** The services with an interface for the administrator. */
    private static final Set<String> ADMINISTERED = Set.of("auth", "delivery");

    private KnownSettings() {}

    /** The keys that a service reads: its own, and the shared ones. */
    static Set<String> of(String service) {
        var shared = Stream.of(SERVICES.get(service), KafkaSettings.class, RetrySettings.class, MetricsSettings.class);
        return variables(
                ADMINISTERED.contains(service) ? Stream.concat(shared, Stream.of(AdminSettings.class)) : shared);
    }

    /** The keys that any service reads. */
    static Set<String> ofAny() {
        return SERVICES.keySet().stream()
                .flatMap(service -> of(service).stream())
                .collect(Collectors.toSet());
    }

    private static Set<String> variables(Stream<Class<?>> mappings) {
        return mappings.flatMap(
                        mapping -> ConfigMappings.getProperties(ConfigClass.configClass(mapping)).keySet().stream())
                // MicroProfile Config §"Environment Variables Mapping Rules"
                .map(key -> key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }
}
