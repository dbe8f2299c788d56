package io.milena.standalone.operator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What stands behind a command's name: words, and options in any place. Immutable. */
record Arguments(List<String> words, Set<String> flags, Map<String, String> options) {
    private static final Set<String> COMMON_FLAGS = Set.of("--json");
    private static final Set<String> COMMON_OPTIONS = Set.of("--url", "--token-file", "--data");

    Arguments {
        words = List.copyOf(words);
        flags = Set.copyOf(flags);
        options = Map.copyOf(options);
    }

    /** Knows the command's options and those that all commands have; any other is a {@link UsageException}. */
    static Arguments parse(Command command, List<String> given) {
        var words = new ArrayList<String>();
        var flags = new HashSet<String>();
        var options = new HashMap<String, String>();
        var rest = new ArrayDeque<>(given);
        while (!rest.isEmpty()) {
            var next = rest.poll();
            if (!next.startsWith("--")) {
                words.add(next);
            } else if (COMMON_FLAGS.contains(next) || command.flags().contains(next)) {
                flags.add(next);
            } else if (COMMON_OPTIONS.contains(next) || command.options().contains(next)) {
                if (rest.isEmpty()) {
                    throw new UsageException(next + " needs a value");
                }
                options.put(next, rest.poll());
            } else {
                throw new UsageException(next + " is not an option of " + command.name());
            }
        }
        return new Arguments(words, flags, options);
    }

    boolean has(String flag) {
        return flags.contains(flag);
    }

    boolean json() {
        return has("--json");
    }

    Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    /** The first word, which says what is to be done. */
    Optional<String> verb() {
        return words.stream().findFirst();
    }

    /** The words behind the first. */
    List<String> objects() {
        return words.isEmpty() ? List.of() : words.subList(1, words.size());
    }

    /** Refuses options that mean nothing here. */
    void allowOnly(String what, String... names) {
        var allowed = Set.of(names);
        options.keySet().stream()
                .filter(name -> !COMMON_OPTIONS.contains(name) && !allowed.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new UsageException(name + " means nothing to " + what);
                });
        flags.stream()
                .filter(name -> !COMMON_FLAGS.contains(name) && !allowed.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new UsageException(name + " means nothing to " + what);
                });
    }
}
