package io.milena.faults;

import java.io.IOException;

/**
 * A kind of fault.
 *
 * @param name as in the report
 * @param strikes number of processes that it strikes one after another
 */
record Nemesis(String name, int strikes, Deed deed) {
    /** Causes the fault, and returns when its victims work again. */
    interface Deed {
        void strike(Scene scene) throws IOException, InterruptedException;
    }
}
