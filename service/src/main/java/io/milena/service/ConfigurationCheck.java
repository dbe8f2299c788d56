package io.milena.service;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Finds errors of configuration before anything starts: keys that no service reads, and values that are not of their
 * type. Conditions over several keys are checked by each service as it starts. Immutable.
 */
public final class ConfigurationCheck {
    private static final String PREFIX = "milena.";
    private static final String VARIABLES = "MILENA_";

    private final KnownKeys known = KnownKeys.load();
    private final SettingTypes types;

    /** For a process that reads these configuration interfaces. */
    public ConfigurationCheck(List<Class<?>> mappings) {
        types = new SettingTypes(mappings);
    }

    /** One sentence for each error in the {@code milena.*} keys of these settings. */
    public List<String> problems(List<GivenSetting> settings) {
        var problems = new ArrayList<String>();
        for (var setting : settings) {
            // The key may begin with a profile: %dev.milena.hostname.
            var key = setting.key().replaceFirst("^%[\\w,]+\\.", "");
            if (!key.startsWith(PREFIX)) {
                continue;
            }
            if (!known.has(key)) {
                problems.add("%s: unknown key %s; %s"
                        .formatted(
                                setting.origin(),
                                setting.key(),
                                known.nearest(key)
                                        .map(near -> "did you mean " + near + "?")
                                        .orElse("docs/configuration.md lists all keys")));
            } else {
                types.expectedInsteadOf(key, setting.value())
                        .ifPresent(expected -> problems.add("%s: %s: %s (expected: %s)"
                                .formatted(setting.origin(), setting.key(), setting.value(), expected)));
            }
        }
        return problems;
    }

    /** One sentence for each error in a properties file; a file that cannot be read is an error too. */
    public List<String> problems(Path file) {
        try {
            return problems(GivenSetting.of(file));
        } catch (IOException e) {
            return List.of("the configuration file " + file + " cannot be read: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            return List.of(e.getMessage());
        }
    }

    /**
     * One sentence for each error in system properties and the environment; an unknown variable is an error only if it
     * is one or two letters off a key's.
     */
    public List<String> problems(Properties system, Map<String, String> environment) {
        var settings = system.stringPropertyNames().stream()
                .sorted()
                .map(key -> new GivenSetting(key, system.getProperty(key), "system property"))
                .toList();
        var problems = new ArrayList<>(problems(settings));
        for (var variable : new TreeMap<>(environment).keySet()) {
            if (variable.startsWith(VARIABLES) && !known.hasVariable(variable)) {
                known.nearestVariable(variable)
                        .ifPresent(near -> problems.add(
                                "environment: unknown variable %s; did you mean %s?".formatted(variable, near)));
            }
        }
        return problems;
    }

    /**
     * One sentence for each error in the settings of this process: files of {@code quarkus.config.locations}, system
     * properties and the environment.
     */
    public List<String> problemsOfProcess() {
        var problems = new ArrayList<String>();
        var locations = System.getProperty(
                "quarkus.config.locations", System.getenv().getOrDefault("QUARKUS_CONFIG_LOCATIONS", ""));
        Arrays.stream(locations.split(","))
                .map(String::strip)
                .filter(location -> location.endsWith(".properties") && !location.contains(":"))
                .forEach(location -> problems.addAll(problems(Path.of(location))));
        problems.addAll(problems(System.getProperties(), System.getenv()));
        return problems;
    }
}
