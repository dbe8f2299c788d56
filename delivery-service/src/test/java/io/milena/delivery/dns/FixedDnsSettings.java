package io.milena.delivery.dns;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings {@code milena.dns.*} of a test. */
record FixedDnsSettings(
        Optional<List<String>> servers,
        Duration maxTtl,
        Duration negativeTtl,
        Duration timeout,
        Dnssec dnssec,
        Optional<List<String>> trustAnchors)
        implements DnsSettings {}
