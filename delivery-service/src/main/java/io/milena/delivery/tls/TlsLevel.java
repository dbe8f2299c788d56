package io.milena.delivery.tls;

/** The required level of TLS, in ascending order. */
public enum TlsLevel {
    /** Never, even if the host offers it: for hosts whose TLS is broken. */
    OFF,
    /** If the host offers it, with any certificate. */
    OPPORTUNISTIC,
    /** Always, with any certificate. */
    REQUIRE,
    /** Always, with a certificate that leads to a trusted root and names the host. */
    VERIFY;

    TlsLevel orMore(TlsLevel other) {
        return compareTo(other) < 0 ? other : this;
    }
}
