package io.milena.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A page that leads a reader to the code names only classes that are there. */
class DocumentsTest {
    /** A simple class name, or one member of it, in backticks: {@code `SmtpSession`}, {@code `SmtpSession.on`}. */
    private static final Pattern CLASS = Pattern.compile("`([A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)+)(?:[.#(][^`]*)?`");

    private static final Set<String> CLASSES = new ClassFileImporter()
            .importPackages("io.milena").stream().map(JavaClass::getSimpleName).collect(Collectors.toSet());

    @ParameterizedTest
    @ValueSource(strings = {"flow.md", "rfc.md"})
    void theClassesThatItNamesExist(String page) throws IOException {
        var text = Files.readString(Path.of(System.getProperty("milena.docs"), page));

        var named = CLASS.matcher(text).results().map(match -> match.group(1)).collect(Collectors.toSet());

        assertThat(named).isNotEmpty();
        assertThat(CLASSES).containsAll(named);
    }
}
