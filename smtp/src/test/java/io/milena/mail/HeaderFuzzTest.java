package io.milena.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.milena.smtp.Parsed;
import io.milena.smtp.Replies;
import io.milena.smtp.Segments;
import io.milena.smtp.SlowDotDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * From content to the header that travels: {@link HeaderScanner}, {@link HeaderField} and {@link SubmittedHeader} on
 * any octets in any pieces.
 */
class HeaderFuzzTest {
    static final Instant NOW = Instant.parse("2026-11-03T08:05:09Z");
    static final Trace TRACE = new Trace(
            "client.example",
            "192.0.2.1",
            true,
            Optional.of("TLSv1.3 TLS_AES_128_GCM_SHA256"),
            true,
            false,
            "mx.test",
            "id1",
            OptionalInt.empty());

    /** How a content fell into header section and body. */
    private record Split(HeaderScanner.State state, String fields, String body) {}

    /** Byte order marks and mbox separators, which belong to a file rather than to the message in it. */
    private static final Pattern FILE_MARKS =
            Pattern.compile("\\A(?:\u00ef\u00bb\u00bf|>?From [ \\t]*+[^ \\t:][^\\n]*+\\n)*+");

    @FuzzTest
    void theHeaderIsMadeReadyAndTheBodyIsLeftAlone(byte[] input) {
        var given = Segments.of(input);
        // The decoders give CR and LF only as CRLF, and a whole last line.
        var mended = SlowDotDecoder.mended(text(given.octets()));
        var content = mended.isEmpty() || mended.endsWith("\r\n") ? mended : mended + "\r\n";
        var octets = octets(content);
        var whole = split(new Segments(new byte[0], octets));
        assertThat(split(new Segments(given.lengths(), octets))).isEqualTo(whole);
        if (whole.state() == HeaderScanner.State.COMPLETE) {
            var mail = FILE_MARKS.matcher(content).replaceFirst("");
            var between = mail.substring(
                    whole.fields().length(), mail.length() - whole.body().length());
            assertThat(whole.fields() + between + whole.body()).isEqualTo(mail);
            assertThat(between).isIn("", "\r\n");
            submitted(whole);
        }

        // The parser by itself takes anything.
        HeaderField.parse(given.octets(), given.octets().length)
                .forEach(field -> assertThat(field.relaxed())
                        .hasSizeLessThanOrEqualTo(field.raw().length() + 1));
    }

    private static Split split(Segments segments) {
        var scanner = new HeaderScanner();
        var body = new StringBuilder();
        segments.each((from, to) -> {
            boolean scanning = scanner.state() == HeaderScanner.State.SCANNING;
            int used = scanner.scan(segments.octets(), from, to);
            assertThat(used).isBetween(from, to);
            if (scanning && scanner.state() == HeaderScanner.State.COMPLETE) {
                body.append(text(scanner.bodyStart()));
            }
            body.append(text(segments.octets()), used, to);
            return true;
        });
        if (scanner.state() == HeaderScanner.State.SCANNING) {
            scanner.end();
            body.append(text(scanner.bodyStart()));
        }
        return scanner.state() == HeaderScanner.State.COMPLETE
                ? new Split(scanner.state(), text(scanner.fields()), body.toString())
                : new Split(scanner.state(), "", "");
    }

    private static void submitted(Split split) {
        var fields = HeaderField.parse(octets(split.fields()), split.fields().length());
        assertThat(String.join("", fields.stream().map(HeaderField::raw).toList()))
                .isEqualTo(split.fields());
        assertThat(fields)
                .hasSizeLessThanOrEqualTo(HeaderScanner.MAX_FIELDS)
                .allMatch(field ->
                        field.name().matches("[!-9;-~]+") && field.raw().startsWith(field.name()))
                // RFC 6376 §3.4.2
                .allMatch(field -> field.relaxed().matches("[!-9;-~&&[^A-Z]]+:(|[^ \t\r\n]([^\t\r\n]*[^ \t\r\n])?)"))
                .noneMatch(field -> field.relaxed().contains("  "));
        long received = fields.stream().filter(field -> field.is("Received")).count();
        switch (SubmittedHeader.edit(fields, Optional.empty(), TRACE, NOW)) {
            case Parsed.Bad<SubmittedHeader>(var reply) -> {
                assertThat(reply).isEqualTo(Replies.LOOP);
                assertThat(received).isGreaterThan(50);
            }
            case Parsed.Good<SubmittedHeader>(var header) -> {
                assertThat(received).isLessThanOrEqualTo(50);
                check(header, fields, split);
            }
        }
    }

    private static void check(SubmittedHeader header, List<HeaderField> before, Split split) {
        var section = text(header.octets());
        assertThat(section).startsWith("Received: ").endsWith("\r\n");
        assertThat(section.indexOf("\r\n\r\n")).as("one empty line, at the end").isEqualTo(section.length() - 4);
        assertThat(section.length())
                .isLessThanOrEqualTo(
                        split.fields().length() + 2 + TRACE.field(NOW).length() + 120);

        // The next reader sees an equal section and an equal body.
        if (section.length() + split.body().length() < HeaderScanner.MAX_OCTETS
                && before.size() < HeaderScanner.MAX_FIELDS - 3) {
            assertThat(split(new Segments(new byte[0], octets(section + split.body()))))
                    .isEqualTo(new Split(
                            HeaderScanner.State.COMPLETE, section.substring(0, section.length() - 2), split.body()));
        }

        var after = HeaderField.parse(header.octets(), header.octets().length);
        var kept = before.stream()
                .filter(field -> !field.is("Bcc")
                        && !field.is("Resent-Bcc")
                        && !field.is("Return-Path")
                        && !field.is("X-SMTPAPI")
                        && !field.name().matches("(?i)x-milena-.*"))
                .filter(field -> !field.is("Authentication-Results") || !claims(field))
                .filter(field -> !field.is("Message-ID") || UsableField.messageId(field, false))
                .filter(field -> !field.is("Date") || UsableField.date(field))
                .filter(field -> !field.is("From") && !field.is("Sender") || !UsableField.empty(field))
                .toList();
        boolean identified =
                before.stream().anyMatch(field -> field.is("Message-ID") && UsableField.messageId(field, false));
        boolean dated = before.stream().anyMatch(field -> field.is("Date") && UsableField.date(field));
        assertThat(after)
                .noneMatch(HeaderFuzzTest::claims)
                .noneMatch(field -> field.name().matches("(?i)(resent-)?bcc|return-path|x-milena-.*|x-smtpapi"));
        int added = 1 + (identified ? 0 : 1) + (dated ? 0 : 1);
        // A field that hides its name well enough may be removed too, but no field of another name.
        assertThat(after.stream().skip(added).filter(HeaderFuzzTest::noResults).toList())
                .isEqualTo(kept.stream().filter(HeaderFuzzTest::noResults).toList());
        assertThat(kept).containsAll(after.subList(added, after.size()));
        header.fromDomain()
                .ifPresent(domain -> assertThat(domain).hasSizeBetween(1, 255).matches("[a-z0-9._-]+"));
    }

    private static boolean noResults(HeaderField field) {
        return !field.is("Authentication-Results");
    }

    /** RFC 8601 §2.2 at its word: [CFWS] authserv-id, a token or a quoted string. */
    private static boolean claims(HeaderField field) {
        if (noResults(field)) {
            return false;
        }
        var value = field.value().replace("\r\n", "");
        int at = 0;
        int depth = 0;
        while (at < value.length() && (depth > 0 || " \t(".indexOf(value.charAt(at)) >= 0)) {
            char c = value.charAt(at);
            if (c == '\\') {
                at++;
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            at++;
        }
        var name = new StringBuilder();
        boolean quoted = at < value.length() && value.charAt(at) == '"';
        for (at += quoted ? 1 : 0; at < value.length(); at++) {
            char c = value.charAt(at);
            if (quoted ? c == '"' : " \t;(".indexOf(c) >= 0) {
                break;
            }
            if (quoted && c == '\\' && at + 1 < value.length()) {
                at++;
            }
            name.append(value.charAt(at));
        }
        return name.toString().equalsIgnoreCase("mx.test");
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
