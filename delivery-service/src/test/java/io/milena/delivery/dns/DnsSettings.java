package io.milena.delivery.dns;

import io.milena.delivery.DeliveryConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code milena.dns.*} as a test wants it. */
record DnsSettings(
        Optional<List<String>> servers,
        Duration maxTtl,
        Duration negativeTtl,
        Duration timeout,
        DeliveryConfig.Dnssec dnssec,
        Optional<List<String>> trustAnchors)
        implements DeliveryConfig.Dns {}
