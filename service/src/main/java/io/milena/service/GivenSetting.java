package io.milena.service;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * One setting and its origin. Immutable.
 *
 * @param origin {@code FILE:LINE}, {@code system property} or {@code environment}
 */
public record GivenSetting(String key, String value, String origin) {
    /**
     * The settings of a properties file with their lines. Throws {@link IOException}, or
     * {@link IllegalArgumentException} for a bad escape.
     */
    public static List<GivenSetting> of(Path file) throws IOException {
        var settings = new ArrayList<GivenSetting>();
        var lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            int begin = i;
            var logical = new StringBuilder(lines.get(i));
            while (!isComment(lines.get(begin)) && goesOn(logical) && i + 1 < lines.size()) {
                logical.append('\n').append(lines.get(++i));
            }
            add(settings, logical.toString(), file + ":" + (begin + 1));
        }
        return List.copyOf(settings);
    }

    private static void add(List<GivenSetting> settings, String line, String origin) throws IOException {
        var one = new Properties();
        try {
            one.load(new StringReader(line));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(origin + ": " + e.getMessage(), e);
        }
        one.stringPropertyNames()
                .forEach(key ->
                        settings.add(new GivenSetting(key, one.getProperty(key).strip(), origin)));
    }

    private static boolean isComment(String line) {
        var text = line.stripLeading();
        return text.startsWith("#") || text.startsWith("!");
    }

    /** Whether the line continues on the next: it ends with an odd number of backslashes. */
    private static boolean goesOn(CharSequence line) {
        int backslashes = 0;
        while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }
}
