package io.milena.delivery.shaping;

/** Where a value was set: the file by its operator's name, and the line, from 1. */
public record Origin(String file, int line) {
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
