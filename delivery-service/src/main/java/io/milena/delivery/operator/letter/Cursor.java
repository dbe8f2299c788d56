package io.milena.delivery.operator.letter;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Position in a list: the next offset of each partition, {@code 0-18.1-7}. Partitions that are not named begin at their
 * start.
 */
record Cursor(Map<Integer, Long> next) {
    static final Cursor START = new Cursor(Map.of());

    Cursor {
        next = Map.copyOf(next);
    }

    static Optional<Cursor> parse(String text) {
        var next = new HashMap<Integer, Long>();
        for (var part : Arrays.asList(text.split("\\.", -1))) {
            var id = LetterId.parse(part);
            if (id.isEmpty()) {
                return Optional.empty();
            }
            next.put(id.get().partition(), id.get().offset());
        }
        return Optional.of(new Cursor(next));
    }

    long of(int partition) {
        return next.getOrDefault(partition, 0L);
    }

    @Override
    public String toString() {
        return new TreeMap<>(next)
                .entrySet().stream()
                        .map(entry -> entry.getKey() + "-" + entry.getValue())
                        .collect(Collectors.joining("."));
    }
}
