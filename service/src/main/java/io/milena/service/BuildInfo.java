package io.milena.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The version that runs. Immutable.
 *
 * @param version Maven's version
 * @param commit abbreviated, with {@code -dirty} if the files differed from it; {@code unknown} without a repository
 * @param built time of the build in ISO 8601, UTC
 */
public record BuildInfo(String version, String commit, String built) {
    private static final String UNKNOWN = "unknown";

    /** The version of the classes that are running. */
    public static BuildInfo current() {
        return of(read("build.properties"), read("archive.properties"));
    }

    static BuildInfo of(Properties build, Properties archive) {
        var commit = filled(build, "commit");
        if (!commit.equals(UNKNOWN) && Boolean.parseBoolean(filled(build, "dirty"))) {
            commit += "-dirty";
        }
        return new BuildInfo(
                filled(build, "version"),
                commit.equals(UNKNOWN) ? filled(archive, "commit") : commit,
                filled(build, "built"));
    }

    /** The property's value; unknown if it is missing or an unfilled placeholder. */
    private static String filled(Properties properties, String key) {
        var value = properties.getProperty(key, "").strip();
        return value.isEmpty() || value.startsWith("$") ? UNKNOWN : value;
    }

    private static Properties read(String name) {
        var properties = new Properties();
        try (var file = BuildInfo.class.getResourceAsStream(name)) {
            if (file != null) {
                properties.load(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    /** One line for a person. */
    @Override
    public String toString() {
        return version + " (commit " + commit + ", built " + built + ")";
    }
}
