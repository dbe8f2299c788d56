package io.milena.delivery.remote;

import io.milena.delivery.tls.TlsClient;
import java.time.Duration;

/**
 * Settings of every session: time limits of the stages (RFC 5321 §4.5.3.2), and TLS.
 *
 * @param attempt for all of one message, including the opening of its session; only the wait for the last reply may
 *     exceed it
 */
public record SessionSettings(
        Duration connect,
        Duration greeting,
        Duration command,
        Duration data,
        Duration finalDot,
        Duration attempt,
        TlsClient tls,
        BrokenTls brokenTls,
        RefusedExtensions refusedExtensions,
        Watchdog watchdog) {}
