package io.milena.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;

/**
 * {@link PathParser}, {@link Mailbox}, {@link DomainName} and {@link AddressLiteral}: the input is what follows {@code
 * MAIL FROM:}, and the same without its brackets.
 */
class AddressFuzzTest {
    @FuzzTest
    void whatIsReadIsLegalAndIsReadAgainAsItself(byte[] input) {
        var argument = new String(input, StandardCharsets.UTF_8);
        PathParser.bracketed(argument).ifPresent(path -> {
            assertThat(Mailbox.octets(path.address())).isLessThanOrEqualTo(254);
            assertThat(standsIn(argument, path)).as(path.toString()).isTrue();
            address(path.address());
        });
        address(argument.startsWith("<") ? argument.substring(1) : argument);
    }

    /** Whether the argument is "<", perhaps a source route, the address, ">" and the rest. */
    private static boolean standsIn(String argument, PathParser.Bracketed path) {
        var end = path.address() + ">";
        for (int at = argument.indexOf(end); at >= 0; at = argument.indexOf(end, at + 1)) {
            var before = argument.substring(0, at);
            var after = argument.substring(at + end.length());
            if (before.matches("<(@[^<>\"\\[@ ]+(,@[^<>\"\\[@ ]+)*:)?")
                    && after.strip().equals(path.rest())
                    && (after.isEmpty() || after.startsWith(" "))) {
                return true;
            }
        }
        return false;
    }

    private static void address(String text) {
        Mailbox.parse(text).ifPresent(mailbox -> {
            WellFormed.assertMailbox(mailbox);
            assertThat(text).startsWith(mailbox.localPart() + "@");
            assertThat(mailbox.utf8()).isEqualTo(!DomainName.ascii(text));
        });
        int at = text.lastIndexOf('@');
        domain(text.substring(at + 1));
    }

    private static void domain(String text) {
        DomainName.parse(text).ifPresent(name -> {
            WellFormed.assertDomain(name.text());
            assertThat(DomainName.parse(name.text())).contains(name);
            assertThat(DomainName.parse(name.text().toUpperCase(Locale.ROOT))).contains(name);
        });
        AddressLiteral.parse(text).ifPresent(literal -> {
            assertThat(AddressLiteral.parse(literal)).contains(literal);
            var inner = literal.substring(1, literal.length() - 1);
            if (inner.startsWith("IPv6:")) {
                // Throws if the JDK reads it otherwise.
                assertThat(InetAddress.ofLiteral(inner.substring(5))).isNotNull();
            } else {
                assertThat(inner.split("\\.", -1)).hasSize(4).allMatch(part -> Integer.parseInt(part) <= 255);
            }
        });
        var label = Normalizer.normalize(text, Normalizer.Form.NFKC);
        if (label.length() <= 255) {
            assertThat(SlowPunycode.decode(Punycode.encode(label))).isEqualTo(label);
        }
    }
}
