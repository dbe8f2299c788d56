package io.milena.delivery.shaping;

/** A value of a {@link Limit}, and where it was set. */
public record Setting(Object value, Origin origin) {
    /** In the form of the file. */
    @Override
    public String toString() {
        return Limit.text(value);
    }
}
