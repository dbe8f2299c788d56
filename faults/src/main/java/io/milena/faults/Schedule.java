package io.milena.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** The order of faults and the pauses between them, by a seed: every nemesis once, in each round of them another order. */
final class Schedule {
    private static final int SHORTEST_PAUSE_MILLIS = 500;
    private static final int LONGEST_PAUSE_MILLIS = 2500;

    private final List<Nemesis> all;
    private final Random random;
    private final List<Nemesis> left = new ArrayList<>();
    private int given;

    Schedule(List<Nemesis> all, long seed) {
        this.all = List.copyOf(all);
        this.random = new Random(seed);
    }

    Nemesis next() {
        if (left.isEmpty()) {
            left.addAll(all);
            Collections.shuffle(left, random);
        }
        given++;
        return left.removeLast();
    }

    /** Whether each nemesis was given at least once. */
    boolean hadAll() {
        return given >= all.size();
    }

    int pauseMillis() {
        return random.nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS);
    }
}
