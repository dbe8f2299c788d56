package io.milena.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.milena.smtp.Replies;
import io.milena.smtp.Reply;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/replies.md explains every rule that a reply names, and no other. */
class RepliesPageTest {
    private static final Pattern KEY = Pattern.compile("\\[([a-z-]+)]$");

    @Test
    void everyKeyIsExplained() throws IOException {
        var explained = Files.readAllLines(Path.of("../docs/replies.md")).stream()
                .filter(line -> line.startsWith("### "))
                .map(line -> line.substring(4))
                .collect(Collectors.toCollection(TreeSet::new));
        var constants = Arrays.stream(Replies.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()))
                .map(RepliesPageTest::reply);
        var made = Stream.of(
                Replies.notVerified("From", "own.example"),
                Replies.verifiedByAnother("From", "theirs.example"),
                Replies.senderUnreadable("Sender"));
        var named = Stream.concat(constants, made)
                .flatMap(reply -> reply.lines().stream())
                .flatMap(RepliesPageTest::key)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(explained).isEqualTo(named);
    }

    private static Reply reply(java.lang.reflect.Field field) {
        try {
            return (Reply) field.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static Stream<String> key(String line) {
        var key = KEY.matcher(line);
        return key.find() ? Stream.of(key.group(1)) : Stream.empty();
    }
}
