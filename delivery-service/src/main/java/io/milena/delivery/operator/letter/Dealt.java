package io.milena.delivery.operator.letter;

import java.util.Optional;

/** The result of a request to close a letter. */
sealed interface Dealt {
    /** It was done. */
    record Done() implements Dealt {}

    /** There is no such letter, or it is gone. */
    record NotThere() implements Dealt {}

    /** It was closed before; by whom may be forgotten. */
    record Already(Optional<Mark> mark) implements Dealt {}

    /** It cannot be replayed. */
    record Impossible(String why) implements Dealt {}

    /** Why it was not done; empty if it was. */
    default Optional<String> refusal() {
        return switch (this) {
            case Done done -> Optional.empty();
            case NotThere not -> Optional.of("no such dead letter");
            case Already already ->
                Optional.of(already.mark().map(Mark::sentence).orElse("it was dealt with long ago"));
            case Impossible impossible -> Optional.of(impossible.why());
        };
    }
}
