package io.milena.faults;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;

/** The order of faults and the pauses between them, by a seed: every nemesis once, in each round of them another order. */
final class Schedule {
    private final List<Nemesis> all;
    private final Random random;
    private final int shortestPauseMillis;
    private final int longestPauseMillis;
    private final List<Nemesis> left = new ArrayList<>();
    private int given;

    Schedule(List<Nemesis> all, long seed, int shortestPauseMillis, int longestPauseMillis) {
        this.all = List.copyOf(all);
        this.random = new Random(seed);
        this.shortestPauseMillis = shortestPauseMillis;
        this.longestPauseMillis = longestPauseMillis;
    }

    Nemesis next() {
        return next(nemesis -> true);
    }

    /** The next one that is possible now; if none is, the next one. */
    Nemesis next(Predicate<Nemesis> possible) {
        if (left.isEmpty()) {
            left.addAll(all);
            Collections.shuffle(left, random);
        }
        given++;
        for (int i = left.size() - 1; i >= 0; i--) {
            if (possible.test(left.get(i))) {
                return left.remove(i);
            }
        }
        return left.removeLast();
    }

    /** Whether each nemesis was given at least once. */
    boolean hadAll() {
        return given >= all.size();
    }

    int pauseMillis() {
        return random.nextInt(shortestPauseMillis, longestPauseMillis);
    }
}
