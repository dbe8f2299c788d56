package io.milena.delivery.site;

/** How a message waits that comes while its site or destination rests. */
public enum Stay {
    /** Until the end of the rest. */
    SHORT,
    /** Until the end of the rest; then it shows whether mail is let in, and other mail is on hold meanwhile. */
    SCOUT,
    /** Until scouts are let in. */
    HOLD
}
