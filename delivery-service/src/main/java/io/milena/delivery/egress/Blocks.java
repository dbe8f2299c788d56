package io.milena.delivery.egress;

/** Decides which sources may not be used for which destinations. Called for each message: fast, and thread-safe. */
@FunctionalInterface
public interface Blocks {
    /** Blocks nothing. */
    Blocks NONE = (source, destination) -> true;

    /**
     * Whether the named source may send to the destination: the recipients' domain, or the name of the route if that
     * leads to fixed hosts.
     */
    boolean usable(String source, String destination);
}
