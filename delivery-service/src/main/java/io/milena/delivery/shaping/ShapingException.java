package io.milena.delivery.shaping;

/** A file of limits can't be taken as it is; says where and why. */
public final class ShapingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ShapingException(Origin origin, String why) {
        super(origin + ": " + why);
    }
}
