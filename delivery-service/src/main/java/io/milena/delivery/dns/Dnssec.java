package io.milena.delivery.dns;

/** Whether DNSSEC proves answers, and who validates them. */
public enum Dnssec {
    OFF,
    TRUST,
    VALIDATE
}
