package io.milena.standalone.platform;

import io.milena.embedded.StartException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Configuration for the services: the operator's file, over standalone's additions to the services' own defaults. */
public final class Settings {
    /** Above an application.properties (250) and below environment variables (300). */
    private static final String ORDINAL = "275";

    private final Map<String, String> values = new TreeMap<>();

    /**
     * Reads the operator's file; keys are {@code milena.*} or {@code quarkus.*}. Throws {@link SettingsException} for
     * errors in it.
     */
    public static Settings read(Optional<Path> file) {
        var settings = new Settings();
        file.ifPresent(settings::load);
        return settings;
    }

    private void load(Path file) {
        var given = Configuration.read(file);
        var problems = Configuration.problems(given);
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        given.forEach(setting -> values.put(setting.key(), setting.value()));
    }

    private Settings() {}

    /** An independent copy of the settings. */
    public Settings copy() {
        var copy = new Settings();
        copy.values.putAll(values);
        return copy;
    }

    /** Sets a key that the operator has not set. */
    public Settings orElse(String key, Object value) {
        values.putIfAbsent(key, value.toString());
        return this;
    }

    /** Sets a key, over any earlier value. */
    public Settings set(String key, Object value) {
        values.put(key, value.toString());
        return this;
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** The value of a key that is set. */
    public String get(String key) {
        var value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("not set: " + key);
        }
        return value;
    }

    public int port(String key) {
        return parsePort(key, get(key));
    }

    public List<Integer> ports(String key) {
        return Arrays.stream(get(key).split(","))
                .map(String::strip)
                .filter(port -> !port.isEmpty())
                .map(port -> parsePort(key, port))
                .toList();
    }

    /** Writes the file that a Quarkus process reads through {@code quarkus.config.locations}. */
    public void write(Path file) {
        var text = new StringBuilder("# Made at each start. Change the file given with --config instead.\n");
        text.append("config_ordinal=").append(ORDINAL).append('\n');
        values.forEach((key, value) -> text.append(escape(key, true))
                .append('=')
                .append(escape(value, false))
                .append('\n'));
        PrivateFile.write(file, text.toString());
    }

    /** Escapes as {@link Properties#store} does. */
    private static String escape(String text, boolean key) {
        var escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                escaped.append("\\u%04x".formatted((int) c));
            } else if (c == '\\' || (key && (c == ':' || c == '=' || c == ' ')) || (i == 0 && "#! ".indexOf(c) >= 0)) {
                escaped.append('\\').append(c);
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    private static int parsePort(String key, String text) {
        try {
            int port = Integer.parseInt(text);
            if (port > 0 && port < 65536) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw new StartException(wrongPort(key, text), e);
        }
        throw new StartException(wrongPort(key, text));
    }

    private static String wrongPort(String key, String text) {
        return "%s: %s (expected: a port from 1 to 65535)".formatted(key, text);
    }
}
