package io.milena.delivery.remote;

import java.time.Duration;
import javax.net.ssl.SSLSocketFactory;

/** What every session needs: our name, how long each stage may take (RFC 5321 §4.5.3.2), and TLS. */
public record SessionSettings(
        String hostname,
        Duration connect,
        Duration greeting,
        Duration command,
        Duration data,
        Duration finalDot,
        SSLSocketFactory tls,
        Watchdog watchdog) {}
