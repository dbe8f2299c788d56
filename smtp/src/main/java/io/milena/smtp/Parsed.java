package io.milena.smtp;

import java.util.function.Function;

/** The result of reading a piece of text: the value, or the reply that refuses it. */
public sealed interface Parsed<T> {
    record Good<T>(T value) implements Parsed<T> {}

    record Bad<T>(Reply reply) implements Parsed<T> {}

    static <T> Parsed<T> good(T value) {
        return new Good<>(value);
    }

    static <T> Parsed<T> bad(Reply reply) {
        return new Bad<>(reply);
    }

    default <U> Parsed<U> then(Function<T, Parsed<U>> next) {
        return switch (this) {
            case Good<T>(T value) -> next.apply(value);
            case Bad<T>(Reply reply) -> new Bad<>(reply);
        };
    }
}
