package io.milena.stories.harness;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Contents of mail as octets: made for the stories, and read without a parser of the platform. */
public final class Content {
    private Content() {}

    /** A short message; {@code body} in any lines ended by LF. */
    public static byte[] of(String from, String to, String subject, String body) {
        return of(from, to, subject, body.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    public static byte[] of(String from, String to, String subject, byte[] body) {
        var header = """
                From: <%s>
                To: <%s>
                Subject: %s
                Date: Mon, 1 Jun 2026 12:00:00 +0000
                Message-ID: <%d@client.test>
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 8bit

                """.formatted(from, to, subject, System.nanoTime()).replace("\n", "\r\n");
        var head = header.getBytes(StandardCharsets.UTF_8);
        var content = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, content, head.length, body.length);
        return content;
    }

    /** The header section with the CRLF of its last field. */
    public static String headerSection(byte[] content) {
        return new String(content, 0, endOfHeader(content), StandardCharsets.UTF_8);
    }

    /** The octets after the empty line. */
    public static byte[] body(byte[] content) {
        return Arrays.copyOfRange(content, endOfHeader(content) + 2, content.length);
    }

    /** The values of a header field, unfolded, in order. */
    public static List<String> header(byte[] content, String name) {
        var unfolded = headerSection(content).replaceAll("\r\n(?=[ \t])", "");
        return Pattern.compile("(?imd)^" + Pattern.quote(name) + ":(.*?)\r$")
                .matcher(unfolded)
                .results()
                .map(field -> field.group(1).strip())
                .toList();
    }

    private static int endOfHeader(byte[] content) {
        for (int i = 0; i + 3 < content.length; i++) {
            if (content[i] == '\r' && content[i + 1] == '\n' && content[i + 2] == '\r' && content[i + 3] == '\n') {
                return i + 2;
            }
        }
        throw new IllegalArgumentException("no empty line after the header section");
    }
}
