package io.milena.delivery.operator.letter;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.milena.smtp.SafeText;
import io.milena.topics.DeadLetter;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Everything in a letter that can be shown as text. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record LetterView(
        @JsonUnwrapped LetterSummary summary,

        @Schema(description = "Where it stood in its topic; absent if it could not be written there.")
        Integer partition,

        Long offset,
        String key,
        List<Header> headers,

        @Schema(
                description =
                        "The beginning of its value; what is no text, or would do something to a terminal, is U+FFFD.")
        String text,

        @Schema(description = "Whether the value goes on.") boolean truncated,

        @Schema(
                description = "How long the value was, if it was too large to be put aside whole; it is where it stood,"
                        + " for as long as that topic keeps it.")
        Integer cutFrom,

        @Schema(description = "How it was dealt with.") Mark dealtWith) {
    private static final int LONGEST = 4096;

    /** A header of the record, as text. */
    record Header(String name, String text) {}

    static LetterView of(LetterReader.DatedLetter dated, Optional<Mark> mark) {
        var letter = dated.letter();
        var place = letter.source().flatMap(DeadLetter.Source::place);
        return new LetterView(
                LetterSummary.of(dated.id(), dated.time(), letter),
                place.map(DeadLetter.Place::partition).orElse(null),
                place.map(DeadLetter.Place::offset).orElse(null),
                letter.key() == null ? null : SafeText.lines(letter.key(), LONGEST),
                letter.headers().stream()
                        .map(header -> new Header(SafeText.line(header.key()), SafeText.lines(header.value(), LONGEST)))
                        .toList(),
                SafeText.lines(letter.value(), LONGEST),
                letter.size() > LONGEST,
                letter.cutFrom().isPresent() ? letter.cutFrom().getAsInt() : null,
                mark.orElse(null));
    }
}
