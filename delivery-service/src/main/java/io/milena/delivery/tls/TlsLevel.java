package io.milena.delivery.tls;

/** How much of TLS is asked for, from nothing up. */
public enum TlsLevel {
    /** Never, even where the host has it: for hosts whose TLS is broken. */
    OFF,
    /** Where the host has it, whatever its certificate. */
    OPPORTUNISTIC,
    /** Always, whatever the certificate. */
    REQUIRE,
    /** Always, and the certificate has to lead to a trusted root and name the host. */
    VERIFY;

    TlsLevel orMore(TlsLevel other) {
        return compareTo(other) < 0 ? other : this;
    }
}
