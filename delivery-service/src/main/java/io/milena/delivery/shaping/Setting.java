package io.milena.delivery.shaping;

/** A value of a {@link Limit}, and where it was said. */
public record Setting(Object value, Origin origin) {
    /** As it would be written in the file. */
    @Override
    public String toString() {
        return Limit.text(value);
    }
}
