package io.milena.delivery.operator.letter;

import java.util.Optional;

/** What came of the wish to deal with a letter. */
sealed interface Dealt {
    /** It is as was wished. */
    record Done() implements Dealt {}

    /** There is no such letter, or none any more. */
    record NotThere() implements Dealt {}

    /** Somebody came before; who it was may be forgotten. */
    record Already(Optional<Mark> mark) implements Dealt {}

    /** It can't be replayed. */
    record Impossible(String why) implements Dealt {}

    /** Why it was not done; empty where it was. */
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
