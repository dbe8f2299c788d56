package io.milena.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandParserTest {
    private final CommandParser parser = new CommandParser("mx.milena.test");

    private Command parse(String line) {
        var octets = line.getBytes(StandardCharsets.UTF_8);
        return parser.parse(octets, 0, octets.length);
    }

    @Test
    void bdatTellsItsSizeAndWhetherItIsTheLast() {
        assertThat(parse("BDAT 0")).isEqualTo(new Command.Bdat(0, false));
        assertThat(parse("bdat 86000 last")).isEqualTo(new Command.Bdat(86000, true));
        assertThat(parse("BDAT 007  LAST")).isEqualTo(new Command.Bdat(7, true));
    }

    @ParameterizedTest
    @CsvSource({
        "BY=60;R, 60, RETURN, false",
        "by=+060;rt, 60, RETURN, true",
        "BY=999999999;N, 999999999, NOTIFY, false",
        "BY=0;NT, 0, NOTIFY, true",
        "BY=-999999999;N, -999999999, NOTIFY, false"
    })
    void byTellsTimeModeAndTrace(String parameter, int seconds, DeliverBy.Mode mode, boolean trace) {
        assertThat(parse("MAIL FROM:<a@b.example> " + parameter))
                .isInstanceOfSatisfying(
                        Command.Mail.class,
                        mail -> assertThat(mail.parameters().deliverBy())
                                .contains(new DeliverBy(seconds, mode, trace)));
    }

    /** Where the chunk ends is not known: nothing behind it may be taken for a command. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "BDAT",
                "BDAT LAST",
                "BDAT -1",
                "BDAT +1",
                "BDAT 1x",
                "BDAT 0x10",
                "BDAT 5LAST",
                "BDAT 5 LAS",
                "BDAT 5 LAST LAST",
                "BDAT 5 6",
                "BDAT\t5 LAST",
                "bdat5",
                "BDAT 1234567890123456789",
                "BDAT \u0665"
            })
    void bdatWithoutAPlainSizeIsUnreadable(String line) {
        assertThat(parse(line)).isEqualTo(new Command.UnreadableBdat());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EHLO a.example | Ehlo[clientName=a.example]",
                "ehlo [IPv6:::1] | Ehlo[clientName=[IPv6:::1]]",
                "HELO x | Helo[clientName=x]",
                "DATA | Data[]",
                "rset | Rset[]",
                "NOOP any thing | Noop[]",
                "QUIT   | Quit[]",
                "VRFY bob | Vrfy[]",
                "EXPN list | Expn[]",
                "HELP MAIL | Help[]",
                "StartTLS | StartTls[]",
                "AUTH plain AAA= | Auth[mechanism=PLAIN]",
            })
    void commandsAreRead(String line, String expected) {
        assertThat(parse(line)).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 500",
                "EHLO | 501",
                "EHLO a b | 501",
                "EHLO (x) | 501",
                "DATA x | 501",
                "VRFY | 501",
                "AUTH | 501",
                "XFER 5 | 500",
                "MAIL | 501",
                "MAIL FROM | 501",
                "MAIL FROM: | 501",
                "MAIL FROM:a@b.example | 501",
                "MAIL FROM:<a@b.example | 501",
                "MAIL FROM:<a@b.example>> | 501",
                "MAIL FROM:<a> | 501",
                "MAIL FROM:<a@b.example> SIZE | 501",
                "MAIL FROM:<a@b.example> SIZE=1x | 501",
                "MAIL FROM:<a@b.example> SIZE=12345678901234567890 | 552",
                "MAIL FROM:<a@b.example> FOO | 555",
                "MAIL FROM:<a@b.example> HOLDFOR= | 501",
                "MAIL FROM:<a@b.example> HOLDFOR=-1 | 501",
                "MAIL FROM:<a@b.example> HOLDFOR=1234567890 | 501",
                "MAIL FROM:<a@b.example> HOLDUNTIL=tomorrow | 501",
                "MAIL FROM:<a@b.example> HOLDUNTIL=2026-11-24T10:00:00 | 501",
                "MAIL FROM:<a@b.example> HOLDFOR=1 HOLDUNTIL=2026-11-24T10:00:00Z | 501",
                "MAIL FROM:<a@b.example> BY | 501",
                "MAIL FROM:<a@b.example> BY= | 501",
                "MAIL FROM:<a@b.example> BY=60 | 501",
                "MAIL FROM:<a@b.example> BY=;R | 501",
                "MAIL FROM:<a@b.example> BY=60;X | 501",
                "MAIL FROM:<a@b.example> BY=60;RTT | 501",
                "MAIL FROM:<a@b.example> BY=60;TR | 501",
                "MAIL FROM:<a@b.example> BY=60;R;T | 501",
                "MAIL FROM:<a@b.example> BY=0;R | 501",
                "MAIL FROM:<a@b.example> BY=-1;R | 501",
                "MAIL FROM:<a@b.example> BY=--1;N | 501",
                "MAIL FROM:<a@b.example> BY=1234567890;N | 501",
                "MAIL FROM:<a@b.example> BY=\u0665;N | 501",
                "MAIL FROM:<a@b.example> BY=60;R BY=60;R | 501",
                "RCPT TO:<a@b.example> BY=60;R | 555",
                "RCPT TO:<> | 501",
                "RCPT TO:<a@b.example> NOTIFY= | 501",
                "RCPT TO:<a@b.example> NOTIFY=NEVER,NEVER | 501",
                "RCPT TO:<a@b.example> NOTIFY=DELAY NOTIFY=DELAY | 501",
                "RCPT TO:<a@b.example> ORCPT=rfc822;a+4 | 501",
                "RCPT TO:<a@b.example> ORCPT=;a | 501",
                "RCPT TO:<a@b.example> SIZE=1 | 555",
                // The path ends at its bracket: a colon behind it makes no source route of it.
                "MAIL FROM:<@a.example> AUTH=x:b@c.example> | 501",
                "RCPT TO:<@a.example> ORCPT=rfc822;x:b@c.example> | 501",
                "RCPT TO:<@\"x>:b@c.example> | 501",
                "RCPT TO:<@a <b:c@d.example> | 501",
                // Letters whose upper case is ASCII are no ASCII.
                "R\u017fET | 500",
                "\u017fTARTTLS | 500",
                "MA\u0131L FROM:<a@b.example> | 500",
                "MAIL FROM:<a@b.example> \u017fIZE=1 | 555",
                "MAIL FROM:<a@b.example> BODY=8BITM\u0131ME | 501",
                "MAIL FROM:<a@b.example> REQUIRETLS=1 | 501",
                "RCPT TO:<a@b.example> NOTIFY=\u017fUCCESS | 501",
                "RCPT TO:<po\u017ftmaster> | 501",
            })
    void aLineWithoutMeaningCarriesItsReply(String line, int code) {
        assertThat(parse(line))
                .isInstanceOfSatisfying(
                        Command.Unparsed.class,
                        unparsed -> assertThat(unparsed.reply().code()).isEqualTo(code));
    }

    @Test
    void controlCharactersAndBrokenUtf8AreNoCommand() {
        for (var octets : new byte[][] {
            {'N', 'O', 'O', 'P', 0},
            {'N', 'O', 'O', 'P', ' ', '\r', 'x'},
            {'N', 'O', 'O', 'P', ' ', (byte) 0xc3},
            {'N', 'O', 'O', 'P', ' ', (byte) 0xff},
            {'N', 0x7f}
        }) {
            assertThat(parser.parse(octets, 0, octets.length)).isEqualTo(new Command.Unparsed(Replies.SYNTAX));
        }
    }

    @Test
    void mailParametersAreRead() {
        assertThat(
                        parse(
                                "MAIL FROM:<a@B.example> SIZE=10 body=8bitmime SMTPUTF8 requiretls RET=full ENVID=a+2Bb mt-priority=-9 AUTH=<>"))
                .isEqualTo(new Command.Mail(
                        new ReversePath(Optional.of(new Mailbox("a", "b.example", false))),
                        new MailParameters(
                                OptionalLong.of(10),
                                true,
                                true,
                                true,
                                Optional.of("FULL"),
                                Optional.of("a+2Bb"),
                                Optional.empty(),
                                Optional.empty(),
                                OptionalInt.of(-9))));
        assertThat(parse("MAIL FROM:<>")).isEqualTo(new Command.Mail(ReversePath.NULL, MailParameters.NONE));
    }

    @Test
    void rcptParametersAreRead() {
        assertThat(parse("RCPT TO:<b@example.org> NOTIFY=failure,Delay ORCPT=rfc822;x+2Dy@z"))
                .isEqualTo(new Command.Rcpt(
                        new ForwardPath(new Mailbox("b", "example.org", false)),
                        new RcptParameters(Optional.of("rfc822;x+2Dy@z"), Set.of("FAILURE", "DELAY"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<@a.example:b@c.example> | b@c.example",
                "<@a.example,@b.example:b@c.example> | b@c.example",
                "<b@[IPv6:1::2]> | b@[IPv6:1::2]",
                "<\"a>b\"@c.example> | \"a>b\"@c.example",
                "<POSTMASTER> | POSTMASTER@mx.milena.test",
            })
    void pathsAreRead(String path, String expected) {
        assertThat(parse("RCPT TO:" + path))
                .isInstanceOfSatisfying(
                        Command.Rcpt.class,
                        rcpt -> assertThat(rcpt.forwardPath()).hasToString(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "PLAIN AGEAYg==", "LOGIN"})
    void aSecretIsNotInWhatIsPrinted(String argument) {
        assertThat(parse("AUTH " + argument).toString()).doesNotContain("AGEAYg");
    }
}
