package io.milena.embedded;

import java.util.HashMap;
import java.util.Map;

/** {@code --name value} pairs of a command line. */
record Options(Map<String, String> values) {
    static Options parse(String... arguments) {
        var values = new HashMap<String, String>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!arguments[i].startsWith("--") || i + 1 == arguments.length) {
                throw new StartException("%s: expected --name value".formatted(arguments[i]));
            }
            values.put(arguments[i].substring(2), arguments[i + 1]);
        }
        return new Options(values);
    }

    String get(String name) {
        var value = values.get(name);
        if (value == null) {
            throw new StartException("--%s is missing".formatted(name));
        }
        return value;
    }

    int number(String name, int otherwise) {
        return values.containsKey(name) ? number(name) : otherwise;
    }

    int number(String name) {
        try {
            return Integer.parseInt(get(name));
        } catch (NumberFormatException e) {
            throw new StartException("--%s: %s (expected: a number)".formatted(name, get(name)), e);
        }
    }
}
