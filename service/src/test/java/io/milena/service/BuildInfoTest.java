package io.milena.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class BuildInfoTest {
    private static Properties properties(Map<String, String> values) {
        var properties = new Properties();
        properties.putAll(values);
        return properties;
    }

    private static final Properties NO_ARCHIVE = properties(Map.of("commit", "$Format:%h$"));

    @Test
    void thisBuildKnowsItsVersionAndTime() {
        var build = BuildInfo.current();

        assertThat(build.version()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(Instant.parse(build.built())).isAfter(Instant.parse("2020-01-01T00:00:00Z"));
        // The commit is known where there is a repository; a source archive has none.
        assertThat(build.commit()).matches("[0-9a-f]{7,40}(-dirty)?|unknown");
    }

    @Test
    void changedFilesAreTold() {
        assertThat(BuildInfo.of(properties(Map.of("commit", "abc1234", "dirty", "true")), NO_ARCHIVE)
                        .commit())
                .isEqualTo("abc1234-dirty");
        assertThat(BuildInfo.of(properties(Map.of("commit", "abc1234", "dirty", "false")), NO_ARCHIVE)
                        .commit())
                .isEqualTo("abc1234");
    }

    @Test
    void withoutARepositoryTheArchiveTellsTheCommit() {
        var unfilled = properties(
                Map.of("version", "1.0.0", "commit", "${git.commit.id.abbrev}", "dirty", "${git.dirty}", "built", "t"));

        assertThat(BuildInfo.of(unfilled, properties(Map.of("commit", "abc1234"))))
                .isEqualTo(new BuildInfo("1.0.0", "abc1234", "t"));
        assertThat(BuildInfo.of(unfilled, NO_ARCHIVE)).hasToString("1.0.0 (commit unknown, built t)");
    }

    @Test
    void infoSaysWhichVersionRunsSinceWhen() {
        var started = Instant.parse("2026-11-24T12:00:00Z");

        assertThat(InfoRoute.body("ingest-service", new BuildInfo("1.0.0", "abc1234", "t"), started)
                        .getMap())
                .containsEntry("name", "ingest-service")
                .containsEntry("version", "1.0.0")
                .containsEntry("commit", "abc1234")
                .containsEntry("built", "t")
                .containsEntry("started", "2026-11-24T12:00:00Z");
    }
}
