package io.milena.delivery.outbound;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.milena.delivery.DeliveryConfig;
import io.milena.delivery.DeliverySettings;
import io.milena.delivery.EgressSettings;
import io.milena.delivery.egress.Blocks;
import io.milena.delivery.egress.Pools;
import io.milena.delivery.order.GivenOrders;
import io.milena.delivery.outcome.DeliveryLog;
import io.milena.delivery.outcome.RetrySchedule;
import io.milena.delivery.outcome.SenderNotices;
import io.milena.delivery.outcome.Settler;
import io.milena.delivery.route.Routes;
import io.milena.delivery.route.Ways;
import io.milena.delivery.tlsreport.SteppedClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** Settlements over a simulated clock, with the settings and tiers of production. */
final class Settling {
    private static final List<Duration> TIERS = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofHours(1),
            Duration.ofHours(4));

    final ReadAhead readAhead;
    final Settler settler;
    final Settlements settlements;

    Settling(SteppedClock clock, DoubleSupplier random) {
        DeliveryConfig.Delivery config =
                DeliverySettings.of(Map.of("hostname", "mta.example.org")).delivery();
        readAhead = new ReadAhead(config);
        settler = new Settler(
                new RetrySchedule(TIERS, id -> Optional.empty(), random),
                new SenderNotices(Duration.ofHours(4)),
                clock,
                new DeliveryLog(new SimpleMeterRegistry()));
        settlements = new Settlements(
                readAhead,
                settler,
                new Ways(
                        new Routes(List.of()),
                        new Pools(EgressSettings.of(config), "mta.example.org", Blocks.NONE, () -> 1, clock),
                        new GivenOrders(),
                        domain -> "",
                        id -> Optional.empty(),
                        clock));
    }
}
