package io.milena.standalone.postbox;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The conditions of a listing, all of which must hold; case is ignored.
 *
 * @param to the whole address of a recipient
 * @param from the whole reverse-path, or a piece of the From field
 * @param subject a piece of the subject
 * @param words each in sender, recipients, subject or text
 * @param after newer than the message with this id
 */
record Query(Optional<String> to, Optional<String> from, Optional<String> subject, List<String> words, long after) {
    static final Query ALL = new Query(Optional.empty(), Optional.empty(), Optional.empty(), List.of(), 0);

    static Query of(Optional<String> to, Optional<String> from, Optional<String> subject, String words, long after) {
        return new Query(
                to.map(Query::lower),
                from.map(Query::lower),
                subject.map(Query::lower),
                Arrays.stream(lower(words).strip().split("\\s+"))
                        .filter(word -> !word.isEmpty())
                        .toList(),
                after);
    }

    /** A copy that matches only messages after the given one. */
    Query after(long id) {
        return new Query(to, from, subject, words, Math.max(after, id));
    }

    /**
     * Whether a message meets the conditions, apart from {@code after}.
     *
     * @param text text of the message, in lower case
     */
    boolean matches(Summary message, String text) {
        return to.map(address -> message.recipients().stream()
                                .anyMatch(recipient -> recipient.equalsIgnoreCase(address)))
                        .orElse(true)
                && from.map(sender -> message.reversePath().equalsIgnoreCase(sender)
                                || lower(message.from()).contains(sender))
                        .orElse(true)
                && subject.map(piece -> lower(message.subject()).contains(piece))
                        .orElse(true)
                && hasWords(message, text);
    }

    private boolean hasWords(Summary message, String text) {
        if (words.isEmpty()) {
            return true;
        }
        var fields = lower(String.join(
                "\n",
                message.from(),
                message.reversePath(),
                message.subject(),
                String.join("\n", message.recipients())));
        return words.stream().allMatch(word -> fields.contains(word) || text.contains(word));
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
