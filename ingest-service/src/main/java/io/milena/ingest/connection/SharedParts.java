package io.milena.ingest.connection;

import io.milena.ingest.login.AuthFailures;
import io.milena.ingest.login.Authenticator;
import io.milena.ingest.message.IncomingMessage;
import io.milena.ingest.message.QueueLifetime;
import io.milena.ingest.quota.Quotas;
import io.milena.smtp.CommandParser;
import io.milena.smtp.SessionLimits;
import io.milena.smtp.SessionPolicy;
import java.time.Clock;
import java.time.Duration;

/**
 * The parts that all connections of this process share; each is thread-safe.
 *
 * @param limitsOnLoopback for clients on this machine
 */
public record SharedParts(
        SessionLimits limits,
        LoopbackLimits limitsOnLoopback,
        SessionPolicy policy,
        CommandParser parser,
        boolean strictNewlines,
        IncomingMessage.Surroundings surroundings,
        Authenticator authenticator,
        Quotas quotas,
        AuthFailures authFailures,
        ReturnRates returnRates,
        ConnectionCounts connectionCounts,
        IngestMetrics metrics,
        Clock clock,
        QueueLifetime lifetime,
        Duration commandTimeout,
        int minDataRate) {}
