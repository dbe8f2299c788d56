package io.milena.delivery.outcome;

import java.util.function.DoubleSupplier;

/**
 * The place of a message among those that are deferred at one instant: they come back in this order, one after the
 * other. Immutable.
 */
public record SpreadSlot(int number, int of) {
    public static final SpreadSlot ALONE = new SpreadSlot(0, 1);

    /** The fraction of the spreading time that passes before it; all of it for a message that is alone. */
    double part(DoubleSupplier random) {
        return of == 1 ? 1 : (number + random.getAsDouble()) / of;
    }
}
