package io.milena.delivery.shaping;

import io.milena.delivery.tls.TlsLevel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The limits of one site for one egress source, over all replicas. Immutable.
 *
 * @param newConnections empty: no limit
 * @param messages empty: no limit
 * @param tls unless a message, its account, its domain or the operator's configuration asks for more
 */
public record Limits(
        int connections,
        Optional<Rate> newConnections,
        int messagesPerConnection,
        Optional<Rate> messages,
        int recipientsPerTransaction,
        Duration idle,
        TlsLevel tls) {

    static Limits of(Map<Limit, Setting> settings) {
        return new Limits(
                (Integer) settings.get(Limit.CONNECTIONS).value(),
                rate(settings.get(Limit.NEW_CONNECTIONS)),
                (Integer) settings.get(Limit.MESSAGES_PER_CONNECTION).value(),
                rate(settings.get(Limit.MESSAGES)),
                (Integer) settings.get(Limit.RECIPIENTS).value(),
                (Duration) settings.get(Limit.IDLE).value(),
                (TlsLevel) settings.get(Limit.TLS).value());
    }

    /** A copy with at most this rate of messages. */
    public Limits slowedTo(Rate rate) {
        var lower = messages.filter(now -> now.perSecond() <= rate.perSecond()).orElse(rate);
        return new Limits(
                connections,
                newConnections,
                messagesPerConnection,
                Optional.of(lower),
                recipientsPerTransaction,
                idle,
                tls);
    }

    public Limits withTls(TlsLevel level) {
        return new Limits(
                connections, newConnections, messagesPerConnection, messages, recipientsPerTransaction, idle, level);
    }

    private static Optional<Rate> rate(Setting setting) {
        return ((Optional<?>) setting.value()).map(Rate.class::cast);
    }
}
