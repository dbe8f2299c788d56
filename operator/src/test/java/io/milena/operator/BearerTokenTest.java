package io.milena.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenTest {
    private static final BearerToken TOKEN = new BearerToken(Optional.of("mt_0123"));

    @ParameterizedTest
    @ValueSource(strings = {"Bearer mt_0123", "bEARER mt_0123", "Bearer  mt_0123 "})
    void itIsThere(String authorization) {
        assertThat(TOKEN.isIn(authorization)).isTrue();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "mt_0123", "Bearer", "Bearer ", "Bearer mt_012", "Bearer mt_01234", "Basic mt_0123"})
    void itIsNotThere(String authorization) {
        assertThat(TOKEN.isIn(authorization)).isFalse();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer null"})
    void whereThereIsNoneNobodyHasIt(String authorization) {
        var none = new BearerToken(Optional.empty());

        assertThat(none.exists()).isFalse();
        assertThat(none.isIn(authorization)).isFalse();
    }

    @Test
    void aSecretIsAValueOrAFileAndBlankIsNone(@TempDir Path dir) throws Exception {
        var file = Files.writeString(dir.resolve("secret"), " of a file\n");

        assertThat(ConfiguredSecret.of("key", Optional.of("value"), Optional.of(file)))
                .contains("value");
        assertThat(ConfiguredSecret.of("key", Optional.empty(), Optional.of(file)))
                .contains("of a file");
        assertThat(ConfiguredSecret.of("key", Optional.of(" "), Optional.empty()))
                .isEmpty();
        assertThatThrownBy(() -> ConfiguredSecret.of("key", Optional.empty(), Optional.of(dir.resolve("none"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("key-file: cannot read ");
    }
}
