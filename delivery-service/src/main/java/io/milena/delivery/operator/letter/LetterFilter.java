package io.milena.delivery.operator.letter;

import io.milena.topics.DeadLetter;
import java.util.Locale;
import java.util.Optional;

/** Selects letters: those of one topic, those whose reason contains a text. */
record LetterFilter(Optional<String> topic, Optional<String> reason) {
    boolean isEmpty() {
        return topic.isEmpty() && reason.isEmpty();
    }

    boolean matches(DeadLetter letter) {
        return topic.stream()
                        .allMatch(name -> letter.source()
                                .filter(source -> source.topic().equals(name))
                                .isPresent())
                && reason.stream()
                        .allMatch(words ->
                                letter.reason().toLowerCase(Locale.ROOT).contains(words.toLowerCase(Locale.ROOT)));
    }
}
