package io.milena.delivery.operator.letter;

import io.milena.topics.Topics;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicPartition;

/**
 * Place of a letter in {@link Topics#DEAD_LETTERS}, e.g. {@code 0-17}: its name for operators, and the key of its
 * {@link Mark}.
 */
public record LetterId(int partition, long offset) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,6})-(\\d{1,18})");

    static Optional<LetterId> parse(String text) {
        var form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(new LetterId(Integer.parseInt(form.group(1)), Long.parseLong(form.group(2))))
                : Optional.empty();
    }

    TopicPartition topicPartition() {
        return new TopicPartition(Topics.DEAD_LETTERS, partition);
    }

    @Override
    public String toString() {
        return partition + "-" + offset;
    }
}
