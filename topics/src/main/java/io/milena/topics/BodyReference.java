package io.milena.topics;

import java.util.List;

/** Where the chunks of a large body are in {@link Topics#BODIES}: all in one partition, in this order, not always adjacent. */
public record BodyReference(int partition, List<Long> offsets) {
    public BodyReference {
        offsets = List.copyOf(offsets);
    }
}
