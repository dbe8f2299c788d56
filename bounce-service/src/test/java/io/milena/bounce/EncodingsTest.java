package io.milena.bounce;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncodingsTest {
    @ParameterizedTest
    @CsvSource({
        "bob@example.net, bob@example.net",
        "Bob+2BLunch@example.net, Bob+Lunch@example.net",
        "a+3Db, a=b",
        "a+zz, a+zz",
        "a+, a+",
        "a+2, a+2",
        "+C3+BC, ü"
    })
    void xtext(String encoded, String decoded) {
        assertThat(DsnEncoding.decode(encoded)).isEqualTo(decoded);
    }

    @ParameterizedTest
    @CsvSource({
        "b\\x{F6}b@example.net, böb@example.net",
        "\\x{1F600}@example.net, 😀@example.net",
        "\\x{zz}, ?",
        "\\x{, \\x{",
        "\\x{110000}, ?",
        "a\\b, a\\b"
    })
    void internationalAddresses(String encoded, String decoded) {
        assertThat(DsnEncoding.decodeAddress(encoded)).isEqualTo(decoded);
    }

    @Test
    void anInternationalAddressComesBack() {
        var address = "b\\ö+b=😀 x@exämple.net";

        assertThat(DsnEncoding.encodeAddress(address))
                .isEqualTo("b\\x{5C}\\x{F6}\\x{2B}b\\x{3D}\\x{1F600}\\x{20}x@ex\\x{E4}mple.net");
        assertThat(DsnEncoding.decodeAddress(DsnEncoding.encodeAddress(address)))
                .isEqualTo(address);
    }

    @Test
    void aFieldIsFoldedAtSpacesAndWordsThatAreTooLongAreCut() {
        var field = new FieldWriter()
                .field("X-Field", "w".repeat(2000) + " " + "word ".repeat(30))
                .toString();

        var lines = List.of(field.split("\r\n"));
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThan(300));
        assertThat(lines.subList(1, lines.size())).allMatch(line -> line.startsWith(" ") && !line.isBlank());
    }
}
