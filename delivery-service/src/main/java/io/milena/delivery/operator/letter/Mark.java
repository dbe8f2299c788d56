package io.milena.delivery.operator.letter;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.milena.topics.Topics;
import java.time.Instant;
import java.util.Optional;

/**
 * Says that a letter is closed and how: a value of {@link Topics#DEALT_WITH}, shown to operators.
 *
 * @param by the operator's name, by the operator's own word: all use one token
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Mark(Action action, String by, Instant at, Optional<String> reason) {
    /** The ways to close a letter. */
    public enum Action {
        @JsonProperty("replayed")
        REPLAYED("replayed"),
        @JsonProperty("discarded")
        DISCARDED("discarded");

        private final String word;

        Action(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** A sentence for a later request. */
    String sentence() {
        return "it was " + action + " by " + by + " at " + at
                + reason.map(why -> ": " + why).orElse("");
    }
}
