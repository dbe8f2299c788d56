package io.milena.service;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every {@code milena.*} key of every service, from the resource {@code keys.txt}; each process knows the others' keys,
 * since they share files and environments. A test compares the resource with the code. {@code "NAME"} stands for any
 * name, {@code delivery-2} for each further delivery-service. Immutable.
 */
final class KnownKeys {
    /** Keys set only by the script {@code ./milena} and between the processes of a platform. */
    private static final List<String> INTERNAL = List.of("milena.home", "milena.part", "milena.long");

    private static final Pattern INDEX = Pattern.compile("\\[\\d+]");

    private final List<String> keys;
    private final List<Pattern> patterns;

    private KnownKeys(List<String> keys) {
        this.keys = List.copyOf(keys);
        this.patterns = Stream.concat(keys.stream(), INTERNAL.stream())
                .map(key -> Pattern.compile(Pattern.quote(key)
                        .replace("\"NAME\"", "\\E.+\\Q")
                        .replace("delivery-2", "delivery-\\E[2-9]\\Q")))
                .toList();
    }

    static KnownKeys load() {
        try (var reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(KnownKeys.class.getResourceAsStream("keys.txt")), StandardCharsets.UTF_8))) {
            return new KnownKeys(reader.lines().filter(line -> !line.isBlank()).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean has(String key) {
        var plain = INDEX.matcher(key).replaceAll("");
        return patterns.stream().anyMatch(pattern -> pattern.matcher(plain).matches());
    }

    /**
     * Whether a variable of the environment sets a key (MicroProfile Config, rules of the mapping of environment
     * variables).
     */
    boolean hasVariable(String variable) {
        return keys.stream()
                .map(key -> variable(key).replaceAll("__NAME_", "_.+"))
                .anyMatch(variable::matches);
    }

    /** The known key nearest to this one, if one is near. */
    Optional<String> nearest(String key) {
        return Nearest.of(key, keys, Math.max(2, key.length() / 5));
    }

    /**
     * The variable nearest to this one, if one is very near: variables of other programs may begin with MILENA_ too.
     */
    Optional<String> nearestVariable(String variable) {
        return Nearest.of(variable, keys.stream().map(KnownKeys::variable).toList(), 2);
    }

    private static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}
