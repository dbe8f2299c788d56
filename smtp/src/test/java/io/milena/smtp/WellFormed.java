package io.milena.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Checks that the fuzz tests make on all output. */
final class WellFormed {
    private static final Pattern LAST_LINE = Pattern.compile("[2-5]\\d\\d [ -~]*");
    private static final Pattern LINE = Pattern.compile("[2-5]\\d\\d-[ -~]*");

    private static final String LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
    private static final Pattern DOMAIN = Pattern.compile(LABEL + "(\\." + LABEL + ")*");

    private WellFormed() {}

    /**
     * RFC 5321 §4.2.1, §4.5.3.1.5: lines of one code, in ASCII, of up to 512 octets with the CRLF; RFC 2034 §4: the
     * status agrees with it.
     */
    static void assertReply(Reply reply) {
        var wire = reply.wire();
        assertThat(wire).endsWith("\r\n");
        var lines = wire.substring(0, wire.length() - 2).split("\r\n", -1);
        assertThat(lines).hasSizeLessThanOrEqualTo(20);
        for (int i = 0; i < lines.length; i++) {
            assertThat(lines[i]).matches(i < lines.length - 1 ? LINE : LAST_LINE);
            assertThat(lines[i]).startsWith(Integer.toString(reply.code()));
            assertThat(lines[i].length()).isLessThanOrEqualTo(510);
        }
        reply.status().ifPresent(status -> assertThat(status.classDigit()).isEqualTo(reply.code() / 100));
    }

    /** RFC 5321 §4.1.2, §4.5.3.1: within its limits, on one line, and read again as itself, alone and in a path. */
    static void assertMailbox(Mailbox mailbox) {
        assertThat(mailbox.localPart().getBytes(StandardCharsets.UTF_8)).hasSizeBetween(1, 64);
        assertThat(mailbox.toString().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(254);
        assertThat(mailbox.toString().chars()).allMatch(c -> c >= ' ' && c != 0x7f && (c < 0x80 || c >= 0xa0));
        if (!mailbox.localPart().startsWith("\"")) {
            assertThat(mailbox.localPart()).doesNotContainPattern("[\\s<>()\\[\\]:;@,\"\\\\]|\\.\\.|^\\.|\\.$");
        }
        if (!mailbox.domain().startsWith("[")) {
            assertDomain(mailbox.domain());
        }
        assertThat(Mailbox.parse(mailbox.toString()))
                .hasValueSatisfying(again -> assertThat(again.toString()).isEqualTo(mailbox.toString()));
        assertThat(PathParser.bracketed("<" + mailbox + "> X=y"))
                .contains(new PathParser.Bracketed(mailbox.toString(), "X=y"));
    }

    static void assertDomain(String domain) {
        assertThat(domain).hasSizeBetween(1, 255).matches(DOMAIN);
    }
}
