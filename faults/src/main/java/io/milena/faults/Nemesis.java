package io.milena.faults;

import java.io.IOException;

/**
 * A kind of fault, in three acts.
 *
 * @param name as in the report
 * @param await returns at the chosen moment
 * @param strike returns when the victims are dead, frozen or cut off, and that has lasted as long as it shall
 * @param heal returns when they work again
 */
record Nemesis(String name, Harm harm, Deed await, Deed strike, Deed heal) {
    /** One act. */
    interface Deed {
        void on(Scene scene) throws IOException, InterruptedException;
    }

    private static final Deed NOTHING = scene -> {};

    static Nemesis at(String name, Harm harm, Deed strike, Deed heal) {
        return new Nemesis(name, harm, NOTHING, strike, heal);
    }
}
