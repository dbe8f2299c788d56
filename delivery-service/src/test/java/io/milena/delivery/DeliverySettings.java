package io.milena.delivery;

import io.milena.topics.RetrySettings;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@link DeliveryConfig} with production defaults, except for some keys. */
public final class DeliverySettings {
    private DeliverySettings() {}

    /** The keys are those below {@code milena.}. */
    public static DeliveryConfig of(Map<String, String> settings) {
        return mapping(DeliveryConfig.class, settings);
    }

    /** Retry settings with these delays, otherwise those that are given or as in production. */
    static RetrySettings retry(List<Duration> delays, Map<String, String> settings) {
        var all = new HashMap<>(settings);
        all.keySet().removeIf(key -> !key.startsWith("retry."));
        all.put("retry.delays", delays.stream().map(Duration::toString).collect(Collectors.joining(",")));
        return mapping(RetrySettings.class, all);
    }

    private static <T> T mapping(Class<T> type, Map<String, String> settings) {
        var prefixed = settings.entrySet().stream()
                .collect(Collectors.toMap(entry -> "milena." + entry.getKey(), Map.Entry::getValue));
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(prefixed, "test", 500))
                .withMapping(type)
                .build()
                .getConfigMapping(type);
    }
}
