package io.milena.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MutantTest {
    /** Tests run in the directory of their module. */
    private static final Path HOME = Path.of("").toAbsolutePath().getParent();

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void eachChangesOnePlaceOfTheSourceAsItIs(Mutant mutant) throws IOException {
        var original = Files.readString(HOME.resolve(mutant.source()));

        assertThat(mutant.changed(original)).isNotEqualTo(original);
        assertThat(Mutant.of(mutant.word())).isEqualTo(mutant);
    }

    @Test
    void aSourceThatItDoesNotFitIsRefused() {
        assertThatThrownBy(() -> Mutant.NO_FENCING.changed("class Transactor {}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not fit");
    }
}
