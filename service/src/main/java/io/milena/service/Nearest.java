package io.milena.service;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses the word that a misspelt one stands for. */
public final class Nearest {
    private Nearest() {}

    /** The nearest candidate, if it is at most {@code limit} letters off. */
    public static Optional<String> of(String text, Collection<String> candidates, int limit) {
        return candidates.stream()
                .filter(candidate -> distance(text, candidate) <= limit)
                .min(Comparator.comparingInt(candidate -> distance(text, candidate)));
    }

    /** The Levenshtein distance. */
    private static int distance(String one, String other) {
        int[] before = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] now = new int[other.length() + 1];
            now[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                now[j] = Math.min(before[j - 1] + change, 1 + Math.min(before[j], now[j - 1]));
            }
            before = now;
        }
        return before[other.length()];
    }
}
