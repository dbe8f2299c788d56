package io.milena.delivery.egress;

/** Which sources are not to be used where. Asked for each message: quick, and thread-safe. */
@FunctionalInterface
public interface Blocks {
    /** Nobody blocks anything. */
    Blocks NONE = (source, destination) -> true;

    /** Whether the source of this name may send to the destination: the recipients' domain, or the name of the route where that leads to fixed hosts. */
    boolean usable(String source, String destination);
}
