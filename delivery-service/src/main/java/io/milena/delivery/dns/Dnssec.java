package io.milena.delivery.dns;

/** Whether answers are proved by DNSSEC, and who proves them. */
public enum Dnssec {
    OFF,
    TRUST,
    VALIDATE
}
