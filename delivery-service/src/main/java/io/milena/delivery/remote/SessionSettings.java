package io.milena.delivery.remote;

import io.milena.delivery.tls.TlsClient;
import java.time.Duration;

/**
 * What every session needs: how long each stage may take (RFC 5321 §4.5.3.2), and TLS.
 *
 * @param attempt for all of one message, the opening of its session included; only the wait for the last reply may go on beyond it
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
        Watchdog watchdog) {}
