package io.milena.delivery.shaping;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What holds at one site for one egress source, over all replicas. Immutable.
 *
 * @param newConnections empty: no limit
 * @param messages empty: no limit
 */
public record Limits(
        int connections,
        Optional<Rate> newConnections,
        int messagesPerConnection,
        Optional<Rate> messages,
        int recipientsPerTransaction,
        Duration idle) {

    static Limits of(Map<Limit, Setting> settings) {
        return new Limits(
                (Integer) settings.get(Limit.CONNECTIONS).value(),
                rate(settings.get(Limit.NEW_CONNECTIONS)),
                (Integer) settings.get(Limit.MESSAGES_PER_CONNECTION).value(),
                rate(settings.get(Limit.MESSAGES)),
                (Integer) settings.get(Limit.RECIPIENTS).value(),
                (Duration) settings.get(Limit.IDLE).value());
    }

    private static Optional<Rate> rate(Setting setting) {
        return ((Optional<?>) setting.value()).map(Rate.class::cast);
    }
}
