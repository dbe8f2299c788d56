package io.milena.delivery.operator.letter;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.milena.topics.Topics;
import java.time.Instant;
import java.util.Optional;

/**
 * How a letter was dealt with: a value of {@link Topics#DEALT_WITH}, and what is shown of it.
 *
 * @param by who it was, by the operator's own word: there is one token for all
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Mark(Action action, String by, Instant at, Optional<String> reason) {
    /** What can be done with a letter, once. */
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

    /** For whoever comes second. */
    String sentence() {
        return "it was " + action + " by " + by + " at " + at
                + reason.map(why -> ": " + why).orElse("");
    }
}
