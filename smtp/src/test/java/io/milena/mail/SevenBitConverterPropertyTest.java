package io.milena.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Any message in any pieces: what comes out has seven bits and says the same. One char per octet. */
class SevenBitConverterPropertyTest {
    private static final String TYPE = "Content-Type: ";
    private static final String ENCODING = "Content-Transfer-Encoding: ";

    private record Converted(String text, boolean eightBit, Optional<String> obstacle) {}

    @Property(tries = 2000)
    void aMimeTreeSaysTheSameInSevenBits(@ForAll("message") String message, @ForAll("lengths") List<Integer> lengths)
            throws IOException {
        var converted = convert(message, lengths);

        assertThat(converted.obstacle()).isEmpty();
        assertSame(message, converted.text());
        for (var line : converted.text().split("\r\n")) {
            assertThat(line.length()).isLessThanOrEqualTo(998);
        }
    }

    @Property(tries = 5000)
    void whateverItIsItIsNamedOrSaysTheSame(@ForAll("rubble") String message, @ForAll("lengths") List<Integer> lengths)
            throws IOException {
        var converted = convert(message, lengths);

        assertThat(converted).isEqualTo(convert(message, List.of(Integer.MAX_VALUE)));
        assertThat(converted.eightBit()).isEqualTo(message.chars().anyMatch(c -> c > 0x7f));
        if (converted.obstacle().isEmpty()) {
            assertSame(message, converted.text());
        } else {
            assertThat(converted.eightBit()).isTrue();
        }
    }

    private static void assertSame(String message, String converted) {
        assertThat(converted.chars().allMatch(c -> c < 0x80)).as(converted).isTrue();
        assertThat(SlowMime.read(converted))
                .as("%s%nbecame%n%s", message, converted)
                .isEqualTo(SlowMime.read(message));
        assertThat(converted).endsWith("\r\n");
    }

    private static Converted convert(String message, List<Integer> lengths) throws IOException {
        byte[] octets = message.getBytes(StandardCharsets.ISO_8859_1);
        var header = new ByteArrayOutputStream();
        var body = new ByteArrayOutputStream();
        var converter = new SevenBitConverter(header, body);
        int from = 0;
        for (int i = 0; from < octets.length; i++) {
            int length = Math.min(octets.length - from, lengths.get(i % lengths.size()));
            converter.write(octets, from, length);
            from += length;
        }
        converter.finish();
        var text = header.toString(StandardCharsets.ISO_8859_1) + body.toString(StandardCharsets.ISO_8859_1);
        return new Converted(text, converter.eightBit(), converter.obstacle());
    }

    /** Well-formed but for a last delimiter that may be missing. */
    @Provide
    Arbitrary<String> message() {
        return entity(0).map(entity -> "Subject: x\r\n" + entity + "\r\n");
    }

    private static Arbitrary<String> entity(int depth) {
        return depth == 4
                ? leaf()
                : Arbitraries.frequencyOf(
                        Tuple.of(3, leaf()),
                        Tuple.of(3, Arbitraries.lazy(() -> multipart(depth))),
                        Tuple.of(
                                1,
                                Arbitraries.lazy(() -> entity(depth + 1)
                                        .map(inner -> TYPE + "message/rfc822\r\n\r\nSubject: y\r\n" + inner))));
    }

    private static Arbitrary<String> leaf() {
        var type = Arbitraries.of("", TYPE + "text/html;\r\n charset=x\r\n", TYPE + "application/pdf\r\n");
        var any = Combinators.combine(type, label("", "8bit", "binary"), octets("ü", "\u00ff", "\0", "\r", "\n"))
                .as((first, label, octets) -> first + label + "\r\n" + octets);
        var ascii = Combinators.combine(type, label("7bit", "quoted-printable", "base64"), octets("b"))
                .as((first, label, octets) -> first + label + "\r\n" + octets);
        var signed = octets("b")
                .map(octets ->
                        TYPE + "multipart/signed; boundary=s\r\n\r\n--s\r\n" + ENCODING + "8bit\r\n\r\n" + octets);
        return Arbitraries.oneOf(any, any, ascii, signed);
    }

    private static Arbitrary<String> multipart(int depth) {
        return Combinators.combine(
                        Arbitraries.of("mixed", "alternative", "encrypted"),
                        label("", "7bit", "8bit", "binary"),
                        Arbitraries.of("", "for readers of old\r\n"),
                        entity(depth + 1).list().ofMinSize(1).ofMaxSize(3),
                        Arbitraries.of("", " \t"),
                        Arbitraries.of("", "\r\n--b" + depth + "--", "\r\n--b" + depth + "--\r\n\r\nbehind\r\n"))
                .as((subtype, label, before, parts, blank, end) -> TYPE + "multipart/" + subtype + "; boundary=\"b"
                        + depth + "\"\r\n" + label + "\r\n" + before
                        + parts.stream()
                                .map(part -> "--b" + depth + blank + "\r\n" + part)
                                .reduce((one, other) -> one + "\r\n" + other)
                                .orElseThrow()
                        + end);
    }

    private static Arbitrary<String> label(String... encodings) {
        return Arbitraries.of(encodings).map(encoding -> encoding.isEmpty() ? "" : ENCODING + encoding + "\r\n");
    }

    private static Arbitrary<String> octets(String... more) {
        return Arbitraries.oneOf(
                        Arbitraries.of(
                                "\r\n", "\r\n", " ", "\t", "=", "=3D", ".", "-", "--b", "--b0x", "a", "a".repeat(74)),
                        Arbitraries.of(more))
                .list()
                .ofMaxSize(12)
                .map(pieces -> String.join("", pieces));
    }

    /** Lines of MIME in no order. */
    @Provide
    Arbitrary<String> rubble() {
        return Arbitraries.of(
                        "\r\n",
                        "\r\n",
                        "\r\n",
                        "ü\r\n",
                        "ü",
                        "\r",
                        " folded\r\n",
                        "X: y\r\n",
                        "X: ü\r\n",
                        "--b\r\n",
                        "--b\r\n",
                        "--b \r\n",
                        "--b--\r\n",
                        "--c\r\n",
                        "--c--\r\n",
                        TYPE + "multipart/mixed; boundary=b\r\n",
                        TYPE + "multipart/digest; boundary=c\r\n",
                        TYPE + "multipart/signed; boundary=c\r\n",
                        TYPE + "message/rfc822\r\n",
                        TYPE + "image/x\r\n",
                        ENCODING + "8bit\r\n",
                        ENCODING + "7bit\r\n",
                        ENCODING + "base64\r\n",
                        "no field\r\n")
                .list()
                .ofMaxSize(25)
                .map(pieces -> "Subject: x\r\n" + String.join("", pieces) + "\r\n");
    }

    @Provide
    Arbitrary<List<Integer>> lengths() {
        return Arbitraries.integers().between(1, 40).list().ofMinSize(1).ofMaxSize(12);
    }
}
