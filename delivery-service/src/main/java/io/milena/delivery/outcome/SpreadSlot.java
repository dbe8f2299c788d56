package io.milena.delivery.outcome;

import java.util.function.DoubleSupplier;

/** The place of a message among those that are deferred at one instant: in this order they come back, one after the other and not all at once. A value. */
public record SpreadSlot(int number, int of) {
    public static final SpreadSlot ALONE = new SpreadSlot(0, 1);

    /** Which part of the time over which they are spread goes before it; who is alone takes all of it. */
    double part(DoubleSupplier random) {
        return of == 1 ? 1 : (number + random.getAsDouble()) / of;
    }
}
