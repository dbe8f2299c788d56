package io.milena.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The canonical forms that ingest hashes and delivery signs, beside {@link SlowRelaxed}. */
class RelaxedPropertyTest {
    @Property(tries = 20_000)
    void theBodyHashIsTheSlowOneHoweverTheBodyIsCut(
            @ForAll("bodies") String body, @ForAll("lengths") List<Integer> lengths) throws NoSuchAlgorithmException {
        assertThat(hash(body, lengths)).isEqualTo(slowHash(body));
    }

    /** More than the hash's buffer holds, and white space that is wider than any piece. */
    @Property(tries = 100)
    void soIsThatOfALargeBody(@ForAll("bodies") String body, @ForAll("lengths") List<Integer> lengths)
            throws NoSuchAlgorithmException {
        var large = (body + "x" + " \t".repeat(5000) + "\r\n".repeat(3000)).repeat(5);
        assertThat(hash(large, lengths)).isEqualTo(slowHash(large));
    }

    @Example
    void anEmptyBodyHasTheHashOfTheRfc() throws NoSuchAlgorithmException {
        // RFC 6376 §3.4.4
        var empty = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assertThat(List.of(hash("", List.of(1)), hash(" \r\n\t\r\n", List.of(1)), slowHash("")))
                .containsOnly(empty);
    }

    @Example
    void theExampleOfTheRfc() {
        // RFC 6376 §3.4.5
        assertThat(SlowRelaxed.body(" C \r\nD \t E\r\n\r\n\r\n")).isEqualTo(" C\r\nD E\r\n");
        assertThat(new HeaderField("A", "A: X\r\n").relaxed()).isEqualTo("a:X");
        assertThat(new HeaderField("B", "B : Y\t\r\n\tZ  \r\n").relaxed()).isEqualTo("b:Y Z");
    }

    @Property(tries = 20_000)
    void aFieldIsRelaxedAsTheSlowOne(@ForAll("fields") String field) {
        byte[] octets = field.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(HeaderField.parse(octets, octets.length))
                .extracting(HeaderField::relaxed)
                .containsExactly(SlowRelaxed.field(field));
    }

    /**
     * Also with CR and LF by themselves, which ingest lets through to neither; what is between two CRLF is all that
     * relaxing looks at.
     */
    @Provide
    Arbitrary<String> bodies() {
        return Arbitraries.of(
                        " ",
                        "\t",
                        "\r\n",
                        "\r\n\r\n",
                        "\r",
                        "\n",
                        "a",
                        "Z",
                        ".",
                        "\u00e9",
                        "\u00a0",
                        "\u0000",
                        "\u001f")
                .list()
                .ofMaxSize(30)
                .map(pieces -> String.join("", pieces));
    }

    @Provide
    Arbitrary<List<Integer>> lengths() {
        return Arbitraries.integers().between(1, 40).list().ofMinSize(1).ofMaxSize(5);
    }

    @Provide
    Arbitrary<String> fields() {
        var name = Arbitraries.strings().withChars("aZ-_0!~").ofMinLength(1).ofMaxLength(5);
        var space = Arbitraries.of("", " ", "\t ");
        var value = Arbitraries.of(" ", "\t", "\r\n ", "\r\n\t", "a", "B", ":", ";", "\u00e9", "\u00a0")
                .list()
                .ofMaxSize(20)
                .map(pieces -> String.join("", pieces));
        return Combinators.combine(name, space, value).as((n, s, v) -> n + s + ":" + v + "\r\n");
    }

    private static String hash(String body, List<Integer> lengths) {
        var hash = new RelaxedBodyHash();
        byte[] octets = body.getBytes(StandardCharsets.ISO_8859_1);
        int at = 0;
        for (int i = 0; at < octets.length; i++) {
            int length = Math.min(lengths.get(i % lengths.size()), octets.length - at);
            hash.update(octets, at, length);
            at += length;
        }
        return hash.finish();
    }

    private static String slowHash(String body) throws NoSuchAlgorithmException {
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256")
                        .digest(SlowRelaxed.body(body).getBytes(StandardCharsets.ISO_8859_1)));
    }
}
