package io.milena.faults;

import java.util.List;

/**
 * The extent of a kind of fault.
 *
 * @param victims parts that no other fault strikes meanwhile
 * @param strikes number of processes that it strikes one after another; a message may be repeated that often
 * @param kills number of processes that get {@code kill -9}
 */
record Harm(List<String> victims, int strikes, int kills, Copies copies) {
    /** Harms nobody whose end could repeat mail. */
    static final Harm NONE = new Harm(List.of(), 1, 0, Copies.NONE);

    Harm {
        victims = List.copyOf(victims);
    }

    /** {@code kill -9} of these parts at once. */
    static Harm kill(List<String> victims) {
        return new Harm(
                victims,
                victims.size(),
                victims.size(),
                victims.stream()
                        .map(Harm::copiesOf)
                        .reduce(Copies.NONE, (one, other) -> one.compareTo(other) > 0 ? one : other));
    }

    private static Copies copiesOf(String part) {
        if (part.startsWith("kafka")) {
            return Copies.UNTIL_RECOVERY;
        }
        return part.startsWith("delivery") ? Copies.UNTIL_DEATH : Copies.NONE;
    }

    /** Another way to strike one part. */
    static Harm on(String part) {
        var copies = copiesOf(part);
        return new Harm(List.of(part), 1, 0, copies == Copies.NONE ? copies : Copies.UNTIL_RECOVERY);
    }
}
