package io.milena.delivery.shaping;

/** A shaping file is not valid; the message says where and why. */
public final class ShapingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ShapingException(Origin origin, String why) {
        super(origin + ": " + why);
    }
}
