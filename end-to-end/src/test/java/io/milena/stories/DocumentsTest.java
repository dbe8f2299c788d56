package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages in {@code docs} and the modules' READMEs name only classes and tests that exist, and are easy to read. */
class DocumentsTest {
    private static final int LONGEST_LINE = 120;

    /** A simple class name, or one member of it, in backticks: {@code `SmtpSession`}, {@code `SmtpSession.on`}. */
    private static final Pattern CLASS = Pattern.compile("`([A-Z][a-z0-9][A-Za-z0-9]*)(?:[.#(][^`]*)?`");

    /** Classes of Java's own that the pages name. */
    private static final Set<String> FOREIGN_CLASSES = Set.of("Optional");

    /** A test in backticks: {@code `FaultsIT.nothingComesLater`}. */
    private static final Pattern TEST = Pattern.compile("`([A-Z]\\w*(?:Test|IT))\\.(\\w+)`");

    /** Words that leave the subject of a sentence to the reader; also behind a list mark or an opening asterisk. */
    private static final Pattern VAGUE = Pattern.compile("(?<![\\w\"'-])(?:What|Who|The same)\\b");

    private static final Pattern CODE = Pattern.compile("`[^`]*`");
    private static final Pattern LINK_TARGET = Pattern.compile("]\\([^)]*\\)");

    private static final Path DOCS = Path.of(System.getProperty("milena.docs"));

    private static final Set<String> CLASSES = new ClassFileImporter()
            .importPackages("io.milena").stream().map(JavaClass::getSimpleName).collect(Collectors.toSet());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flow.md",
                "rfc.md",
                "glossary.md",
                "replies.md",
                "../CONTRIBUTING.md",
                "../ingest-service/README.md",
                "../delivery-service/README.md"
            })
    void theClassesThatItNamesExist(String page) throws IOException {
        var text = Files.readString(DOCS.resolve(page));

        var named = CLASS.matcher(text)
                .results()
                .map(match -> match.group(1))
                .filter(name -> !FOREIGN_CLASSES.contains(name))
                .collect(Collectors.toSet());

        assertThat(named).isNotEmpty();
        var sources = testSources();
        assertThat(named)
                .allSatisfy(name -> assertThat(CLASSES.contains(name) || sources.containsKey(name + ".java"))
                        .as(name)
                        .isTrue());
    }

    @ParameterizedTest
    @CsvSource({"tested.md, 80", "reliability.md, 20"})
    void theTestsThatItNamesExist(String page, int atLeast) throws IOException {
        var sources = testSources();
        var tests = TEST.matcher(Files.readString(DOCS.resolve(page))).results().toList();

        assertThat(tests).hasSizeGreaterThan(atLeast).allSatisfy(test -> {
            var source = sources.get(test.group(1) + ".java");
            assertThat(source).as(test.group()).isNotNull();
            assertThat(Files.readString(source)).contains("void " + test.group(2) + "(");
        });
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linesOfProseAreShortAndSentencesNameTheirSubject(Path page) throws IOException {
        var lines = Files.readAllLines(page);
        boolean code = false;
        for (int number = 1; number <= lines.size(); number++) {
            var line = lines.get(number - 1);
            if (line.strip().startsWith("```")) {
                code = !code;
            } else if (!code && !line.strip().startsWith("|")) {
                var prose = LINK_TARGET.matcher(line).replaceAll("]");
                assertThat(prose.length()).as("%s:%d", page, number).isLessThanOrEqualTo(LONGEST_LINE);
                // A question may be a heading.
                if (!line.startsWith("#") || !line.endsWith("?")) {
                    assertThat(VAGUE.matcher(CODE.matcher(prose).replaceAll("")).find())
                            .as("%s:%d %s", page, number, line)
                            .isFalse();
                }
            }
        }
    }

    /** {@code docs}, and the pages beside and in the modules. */
    static List<Path> pages() throws IOException {
        var root = DOCS.resolveSibling(".").normalize();
        try (var docs = Files.walk(DOCS);
                var top = Files.list(root);
                var modules = Files.walk(root, 2)) {
            return Stream.of(docs, top, modules.filter(page -> page.endsWith("README.md")))
                    .flatMap(pages -> pages)
                    .map(Path::normalize)
                    .filter(page -> page.toString().endsWith(".md"))
                    .distinct()
                    .toList();
        }
    }

    /** The test sources of all modules by file name. */
    private static Map<String, Path> testSources() throws IOException {
        var sources = new HashMap<String, Path>();
        try (var modules = Files.newDirectoryStream(
                DOCS.resolveSibling("."), module -> Files.isDirectory(module.resolve("src/test/java")))) {
            for (var module : modules) {
                try (var files = Files.walk(module.resolve("src/test/java"))) {
                    files.forEach(file -> sources.put(file.getFileName().toString(), file));
                }
            }
        }
        return sources;
    }
}
