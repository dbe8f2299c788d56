package io.milena.delivery.dns;

/** Who proves answers. */
public enum Dnssec {
    OFF,
    TRUST,
    VALIDATE
}
