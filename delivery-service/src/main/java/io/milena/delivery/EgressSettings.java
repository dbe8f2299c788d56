package io.milena.delivery;

import io.milena.delivery.egress.Pools;
import io.milena.delivery.egress.SourceSettings;
import io.milena.operator.ConfiguredSecret;
import java.nio.file.Path;
import java.util.List;

/** Reads {@code milena.delivery.sources."NAME".*} and the pools into the form of {@link Pools}. */
public final class EgressSettings {
    private EgressSettings() {}

    public static Pools.Settings of(DeliveryConfig.Delivery config) {
        return new Pools.Settings(
                config.sources().entrySet().stream()
                        .map(entry -> source(entry.getKey(), entry.getValue()))
                        .toList(),
                config.pools(),
                config.pool(),
                config.poolOf().orElse(List.of()));
    }

    private static SourceSettings source(String name, DeliveryConfig.Source source) {
        var password = ConfiguredSecret.of(
                "milena.delivery.sources.\"" + name + "\".proxy-password",
                source.proxyPassword(),
                source.proxyPasswordFile().map(Path::of));
        return new SourceSettings(
                name,
                source.address().orElse(List.of()),
                source.hostname(),
                source.proxy(),
                source.proxyUsername(),
                password,
                source.warmUp());
    }
}
