package io.milena.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/**
 * {@link CommandParser}: the input is one line, whatever octets it holds. Like each fuzz test it tries the saved inputs
 * in the ordinary suite and looks for more with {@code JAZZER_FUZZ=1 mvn test -pl smtp -Dtest=CommandParserFuzzTest
 * -Djazzer.hooks=true}.
 */
class CommandParserFuzzTest {
    private static final CommandParser PARSER = new CommandParser("mx.milena.test");
    private static final Instant YEAR_10000 = Instant.parse("9999-12-31T23:59:59Z");

    @FuzzTest
    void everyLineIsACommandOrGetsItsReply(byte[] line) {
        var command = PARSER.parse(line, 0, line.length);

        // Octets around the line in its buffer are no part of it.
        var buffer = ("QUIT\r\n" + "\0".repeat(line.length) + "\r\nQUIT").getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(line, 0, buffer, 6, line.length);
        assertThat(PARSER.parse(buffer, 6, 6 + line.length)).isEqualTo(command);

        boolean bdat = command instanceof Command.Bdat || command instanceof Command.UnreadableBdat;
        assertThat(CommandParser.isBdat(line, 0, line.length)).isEqualTo(bdat);
        if (!(command instanceof Command.Unparsed || command instanceof Command.UnreadableBdat)) {
            readable(line, command);
        }
        check(command);
    }

    private static void readable(byte[] line, Command command) {
        var text = new String(line, StandardCharsets.UTF_8);
        assertThat(text.getBytes(StandardCharsets.UTF_8)).as("is UTF-8").isEqualTo(line);
        assertThat(text.chars()).as("has no control characters").allMatch(c -> (c >= ' ' && c != 0x7f) || c == '\t');

        // RFC 5321 §2.4: verbs are ASCII, and their case does not matter.
        var verb = command.getClass().getSimpleName().toUpperCase(Locale.ROOT);
        var written = Arrays.copyOf(line, verb.length());
        assertThat(new String(written, StandardCharsets.ISO_8859_1)).isEqualToIgnoringCase(verb);
        for (int i = 0; i < verb.length(); i++) {
            written[i] ^= 0x20;
        }
        var otherCase = line.clone();
        System.arraycopy(written, 0, otherCase, 0, written.length);
        assertThat(PARSER.parse(otherCase, 0, otherCase.length)).isEqualTo(command);

        var padded = Arrays.copyOf(line, line.length + 2);
        Arrays.fill(padded, line.length, padded.length, (byte) ' ');
        assertThat(PARSER.parse(padded, 0, padded.length)).isEqualTo(command);
    }

    private static void check(Command command) {
        switch (command) {
            case Command.Helo(var name) -> clientName(name);
            case Command.Ehlo(var name) -> clientName(name);
            case Command.Mail(var reversePath, var parameters) -> {
                reversePath.mailbox().ifPresent(WellFormed::assertMailbox);
                parameters.envelopeId().ifPresent(id -> {
                    assertThat(id).hasSizeBetween(1, 100);
                    assertThat(Xtext.valid(id)).isTrue();
                });
                parameters.size().ifPresent(size -> assertThat(size).isNotNegative());
                again(mail(reversePath, parameters));
            }
            case Command.Rcpt(var forwardPath, var parameters) -> {
                WellFormed.assertMailbox(forwardPath.mailbox());
                parameters
                        .originalRecipient()
                        .ifPresent(recipient ->
                                assertThat(recipient).hasSizeBetween(3, 500).contains(";"));
                assertThat(parameters.notifyOn()).isSubsetOf("NEVER", "SUCCESS", "FAILURE", "DELAY");
                again("RCPT TO:<" + forwardPath + ">"
                        + parameters
                                .originalRecipient()
                                .map(recipient -> " ORCPT=" + recipient)
                                .orElse("")
                        + (parameters.notifyOn().isEmpty()
                                ? ""
                                : " NOTIFY=" + String.join(",", parameters.notifyOn())));
            }
            case Command.Bdat(var size, var last) -> {
                assertThat(size).isBetween(0L, 999_999_999_999_999_999L);
                again("BDAT " + size + (last ? " LAST" : ""));
            }
            case Command.Auth(var mechanism, var initialResponse) ->
                assertThat(command.toString()).isEqualTo("Auth[mechanism=" + mechanism + "]");
            case Command.Unparsed(var reply) -> {
                assertThat(reply.permanentFailure()).isTrue();
                WellFormed.assertReply(reply);
            }
            case Command.UnreadableBdat u -> {}
            case Command.Data d -> {}
            case Command.Rset r -> {}
            case Command.Noop n -> {}
            case Command.Quit q -> {}
            case Command.Vrfy v -> {}
            case Command.Expn e -> {}
            case Command.Help h -> {}
            case Command.StartTls s -> {}
        }
    }

    private static void clientName(String name) {
        assertThat(name).hasSizeBetween(1, 255).matches("[!-~]+").doesNotContainPattern("[()<>;\"\\\\]");
    }

    private static String mail(ReversePath reversePath, MailParameters parameters) {
        var line = new StringBuilder("MAIL FROM:<" + reversePath + ">");
        parameters.size().ifPresent(size -> line.append(" SIZE=").append(size));
        if (parameters.eightBit()) {
            line.append(" BODY=8BITMIME");
        }
        if (parameters.smtpUtf8()) {
            line.append(" SMTPUTF8");
        }
        parameters.ret().ifPresent(ret -> line.append(" RET=").append(ret));
        parameters.envelopeId().ifPresent(id -> line.append(" ENVID=").append(id));
        parameters.release().ifPresent(release -> {
            switch (release) {
                case FutureRelease.HoldFor(var length) ->
                    line.append(" HOLDFOR=").append(length.toSeconds());
                // Years of more than four digits are not as in RFC 3339.
                case FutureRelease.HoldUntil(var instant) ->
                    line.append(instant.isAfter(YEAR_10000) ? "" : " HOLDUNTIL=" + instant);
            }
        });
        parameters
                .deliverBy()
                .ifPresent(by -> line.append(" BY=")
                        .append(by.seconds())
                        .append(';')
                        .append(by.mode() == DeliverBy.Mode.RETURN ? 'R' : 'N')
                        .append(by.trace() ? "T" : ""));
        parameters.priority().ifPresent(level -> line.append(" MT-PRIORITY=").append(level));
        return line.toString();
    }

    /** A command in its normal form is read as itself. */
    private static void again(String line) {
        var octets = line.getBytes(StandardCharsets.UTF_8);
        var normal =
                switch (PARSER.parse(octets, 0, octets.length)) {
                    case Command.Mail(var reversePath, var parameters) -> mail(reversePath, parameters);
                    case Command.Rcpt(var forwardPath, var parameters) -> {
                        var start = "RCPT TO:<" + forwardPath + ">";
                        assertThat(line).startsWith(start);
                        assertThat(line.contains(" ORCPT="))
                                .isEqualTo(parameters.originalRecipient().isPresent());
                        yield line;
                    }
                    case Command.Bdat(var size, var last) -> "BDAT " + size + (last ? " LAST" : "");
                    case Command other -> other.toString();
                };
        assertThat(normal).isEqualTo(line);
    }
}
