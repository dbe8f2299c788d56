package io.milena.bench;

/**
 * How a {@link Sink} treats its clients; by default it takes everything at once. Called on the threads of its
 * connections, which may wait in it.
 */
interface Manner {
    Manner WILLING = new Manner() {};

    /** The greeting, given the number of open connections; after another code than 220 the sink hangs up. */
    default String greeting(int open) {
        return "220 sink";
    }

    /** The reply to MAIL. */
    default String mail() {
        return "250 ok";
    }

    /** Before each reply to a command. */
    default void beforeReply() throws InterruptedException {}

    /** Before the reply to a whole content. */
    default void beforeTaken() throws InterruptedException {}
}
