package io.milena.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RfcIndexTest {
    private static final Path REPOSITORY = Path.of("..");
    private static final Pattern CLASS = Pattern.compile("`([A-Z]\\w+)`");

    @Test
    void everyClassThatTheIndexCitesIsThere() throws IOException {
        try (var files =
                Files.find(REPOSITORY, 12, (file, attributes) -> file.toString().contains("/src/main/java/"))) {
            var there = files.map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toSet());
            var cited = new TreeSet<String>();
            for (var line : Files.readAllLines(REPOSITORY.resolve("docs/rfc.md"))) {
                if (line.startsWith("|")) {
                    var where = line.substring(line.lastIndexOf('|', line.length() - 2));
                    CLASS.matcher(where).results().forEach(match -> cited.add(match.group(1)));
                }
            }
            assertThat(cited).hasSizeGreaterThan(20);
            assertThat(there).containsAll(cited);
        }
    }
}
