package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The list of the libraries that ship is that of the build, and their licences travel with them. */
class ThirdPartyIT {
    private static final Path ROOT = Path.of(System.getProperty("milena.docs")).resolve("..");
    private static final Pattern ROW = Pattern.compile("\\| ([\\w.-]+:[\\w.-]+) \\| (\\S+) \\| (.+) \\| (.+) \\|");

    /** The list was made on one platform; another one has the native code of its own. */
    private static final Pattern PLATFORM = Pattern.compile("-(linux|osx)-\\w+$");

    @Test
    void everyLibraryThatShipsIsListedWithItsLicence() throws IOException {
        var listed = new TreeSet<String>();
        for (var line : Files.readAllLines(ROOT.resolve("THIRD-PARTY.md"))) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                listed.add(PLATFORM.matcher(row.group(1)).replaceFirst("") + ":" + row.group(2));
                if (row.group(4).startsWith("licenses/") || row.group(4).equals("LICENSE")) {
                    assertThat(ROOT.resolve(row.group(4))).exists();
                }
            }
        }
        var shipped = new TreeSet<>(shipped("standalone"));
        for (var service : Set.of("ingest", "auth", "delivery", "bounce")) {
            shipped.addAll(shipped(service + "-service"));
        }

        assertThat(listed).as("./milena sbom writes THIRD-PARTY.md").containsExactlyElementsOf(shipped);
    }

    @ParameterizedTest
    @ValueSource(strings = {"standalone", "ingest-service", "auth-service", "delivery-service", "bounce-service"})
    void licencesTravelWithEachApplication(String module) throws IOException {
        try (var files = Files.list(ROOT.resolve(module + "/target/quarkus-app/lib/main"))) {
            var jar = files.filter(file -> file.getFileName().toString().startsWith("io.milena.milena-service-"))
                    .findFirst()
                    .orElseThrow();
            try (var zip = new ZipFile(jar.toFile())) {
                assertThat(zip.stream().map(entry -> entry.getName()))
                        .contains(
                                "META-INF/LICENSE",
                                "META-INF/NOTICE",
                                "META-INF/THIRD-PARTY.md",
                                "META-INF/licenses/NATIVE.md");
            }
        }
    }

    private static Set<String> shipped(String module) throws IOException {
        return Files.readAllLines(ROOT.resolve(module + "/target/quarkus-app/quarkus-app-dependencies.txt")).stream()
                .filter(line -> !line.startsWith("io.milena:") && line.contains(":"))
                // group:artifact:classifier:type:version
                .map(line -> line.split(":"))
                .map(parts ->
                        parts[0] + ":" + PLATFORM.matcher(parts[1]).replaceFirst("") + ":" + parts[parts.length - 1])
                .collect(Collectors.toSet());
    }
}
