package io.milena.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class ExcerptTest {
    @Test
    void aShortTextStaysAsItIs() {
        var text = "ä".repeat(50);

        assertThat(Excerpt.of(text, 100)).isSameAs(text);
    }

    @Test
    void aLongTextKeepsItsHeadAndItsTail() {
        var excerpt = Excerpt.of("begin " + "x".repeat(1000) + " end", 200);

        assertThat(excerpt).startsWith("begin xxx").endsWith("xxx end").contains(" octets left out ...] ");
        assertThat(excerpt.length()).isBetween(190, 200);
    }

    @Property(tries = 300)
    void anExcerptHasNoMoreOctetsThanItMayAndNoHalfCharacters(
            @ForAll @StringLength(max = 600) String some, @ForAll @IntRange(min = 100, max = 2000) int octets) {
        // Text from UTF-8 has no half surrogates.
        var text = new String(some.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);

        var excerpt = Excerpt.of(text, octets);

        byte[] written = excerpt.getBytes(StandardCharsets.UTF_8);
        assertThat(written.length).isLessThanOrEqualTo(octets);
        assertThat(new String(written, StandardCharsets.UTF_8)).isEqualTo(excerpt);
    }

    @Test
    void theLongestReplyThatTheParserTakesIsShortened() {
        var parser = new ReplyParser();
        for (int i = 0; i < 127; i++) {
            assertThat(parser.accept("550-5.1.1 " + "ä".repeat(2038))).isInstanceOf(ReplyParser.More.class);
        }
        var step = (ReplyParser.Complete) parser.accept("550 5.1.1 the end");

        var reply = step.reply().shortened();

        assertThat(reply.quoted().getBytes(StandardCharsets.UTF_8).length).isBetween(1900, Reply.SHORT);
        assertThat(reply.quoted()).startsWith("550 5.1.1 ä").endsWith("the end").contains("octets left out");
        assertThat(reply.code()).isEqualTo(550);
        assertThat(reply.status()).isEqualTo(Optional.of(new EnhancedStatusCode(5, 1, 1)));
        var ordinary = new Reply(550, Optional.empty(), List.of("no such", "user"));
        assertThat(ordinary.shortened()).isSameAs(ordinary);
    }
}
