package io.milena.delivery.shaping;

/** Where something was said: the file as its operator calls it, and the line, from 1. */
public record Origin(String file, int line) {
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
