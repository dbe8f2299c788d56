package io.milena.delivery;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.delivery.content.Signatures;
import io.milena.delivery.dns.Dns;
import io.milena.delivery.dns.NetworkPolicy;
import io.milena.delivery.order.Flushes;
import io.milena.delivery.outbound.ReadAhead;
import io.milena.delivery.outcome.DeliveryLog;
import io.milena.delivery.shaping.Rule;
import io.milena.delivery.shaping.ShapingSource;
import io.milena.delivery.site.Sites;
import io.milena.delivery.tls.TlsPolicies;
import io.milena.delivery.tls.Trust;
import io.milena.delivery.tlsreport.TlsSessions;
import io.milena.topics.kafka.ServiceHealth;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The outbound side of one replica, as {@link DeliveryService} has it, without operators' interfaces and TLS reports.
 */
final class Replica implements AutoCloseable {
    private final String name;
    private final Outbound outbound;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final ServiceHealth health = new ServiceHealth("test", meters);
    private final FaultyClients faulty;
    private volatile boolean rulesFail;

    /** {@code settings} are keys below {@code milena.} with their values; all others are as in production. */
    Replica(
            String name,
            FaultyClients clients,
            Dns dns,
            ShapingSource shaping,
            List<Duration> delays,
            Map<String, String> settings)
            throws Exception {
        this.name = name;
        this.faulty = clients;
        var all = new HashMap<>(settings);
        all.put("hostname", name);
        all.putIfAbsent("delivery.allowed-networks", "127.0.0.0/8");
        all.putIfAbsent("delivery.tls.mta-sts", "false");
        var retry = DeliverySettings.retry(delays, all);
        all.keySet().removeIf(key -> key.startsWith("retry."));
        var config = DeliverySettings.of(all);
        var clock = Clock.systemUTC();
        outbound = new Outbound(
                config,
                retry,
                new Outbound.Base(faulty, health, meters, new DeliveryLog(meters), clock),
                new Outbound.World(
                        dns,
                        new NetworkPolicy(config.delivery().allowedNetworks().orElseThrow()),
                        shaping,
                        () -> rules(shaping),
                        new TlsPolicies(
                                dns,
                                Optional.empty(),
                                Trust.of(Optional.empty(), "test"),
                                config.delivery().tls().level(),
                                Map.of()),
                        TlsSessions.UNTOLD,
                        new Signatures((account, domain) -> List.of(), Optional.empty(), clock)));
        outbound.start();
    }

    private List<Rule> rules(ShapingSource shaping) {
        if (rulesFail) {
            throw new IllegalStateException("the rules fail, as the test wants it");
        }
        return shaping.current().rules();
    }

    /** Reading the rules throws from now on. */
    void failAtRules() {
        rulesFail = true;
    }

    /** The clients between its loops and the broker. */
    FaultyClients clients() {
        return faulty;
    }

    ServiceHealth health() {
        return health;
    }

    String name() {
        return name;
    }

    ReadAhead readAhead() {
        return outbound.readAhead();
    }

    Sites sites() {
        return outbound.sites();
    }

    Flushes flushes() {
        return outbound.flushes();
    }

    /** Number of outcomes of this type. */
    long outcomes(String type) {
        return (long) meters.counter("milena.delivery.outcomes", "type", type).count();
    }

    /** Stops the loop from committing anything more; hosts must cut off the rest of the replica. */
    void kill() throws InterruptedException {
        faulty.standStill();
    }

    /** Ends the replica in order. */
    @Override
    public void close() throws Exception {
        faulty.bury();
        faulty.leave();
        outbound.stopTiers();
        outbound.leave();
        outbound.close();
    }
}
