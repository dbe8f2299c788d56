package io.milena.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SmtpSessionTest {
    private static final Identity IDENTITY = new Identity("a1", "c1", "apikey", List.of());

    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    private boolean suspended;
    private final CommandParser parser = new CommandParser("mx.milena.test");
    private final SmtpSession session = session(false);

    private SmtpSession session(boolean returnAddresses) {
        return new SmtpSession(
                new SessionLimits(
                        "mx.milena.test",
                        1000,
                        3,
                        10_000,
                        20,
                        30,
                        Duration.ofHours(72),
                        SessionLimits.StartTls.ANNOUNCED,
                        true,
                        SaslExchange.ALL),
                new SessionPolicy() {
                    @Override
                    public Optional<Reply> refuses(Identity identity, InetAddress address) {
                        return suspended ? Optional.of(Replies.ACCOUNT_SUSPENDED) : Optional.empty();
                    }

                    @Override
                    public Optional<Reply> refuses(Identity identity, ReversePath reversePath) {
                        return Optional.empty();
                    }

                    @Override
                    public boolean issuesReturnAddresses() {
                        return returnAddresses;
                    }

                    @Override
                    public Optional<String> accountOfReturnAddress(Mailbox forwardPath) {
                        return forwardPath.domain().equals("return.test") ? Optional.of("a2") : Optional.empty();
                    }
                },
                InstantSource.fixed(NOW),
                () -> "nonce",
                InetAddress.getLoopbackAddress(),
                Optional.of(type -> Optional.empty()));
    }

    private Reply say(SmtpSession to, String line) {
        return to.on(parser.parse(line)).reply();
    }

    private void login(SmtpSession to) {
        say(to, "EHLO client.example");
        assertThat(to.on(parser.parse("AUTH PLAIN AGFwaWtleQBzZWNyZXQ=")))
                .isEqualTo(new SessionStep.Verify(new Credentials.Password("apikey", "secret")));
        to.verified(Parsed.good(new Verified(IDENTITY, Optional.empty())));
    }

    @Test
    void mailWithoutAuthIsRefusedAtMailWhereThereAreNoReturnAddresses() {
        say(session, "EHLO client.example");
        assertThat(say(session, "MAIL FROM:<a@example.com>")).isEqualTo(Replies.AUTH_REQUIRED);
    }

    @Test
    void aTransactionIsHandedOverWhole() {
        login(session);
        say(session, "MAIL FROM:<a@example.com>");
        say(session, "RCPT TO:<b@example.org>");
        say(session, "RCPT TO:<c@example.org>");
        assertThat(session.on(new Command.Data())).isInstanceOfSatisfying(SessionStep.ReceiveContent.class, step -> {
            assertThat(step.transaction().recipients()).hasSize(2);
            assertThat(step.transaction().account()).isEqualTo("a1");
        });
        assertThat(session.idle()).isFalse();
        session.contentEnded(Replies.queued("x"));
        assertThat(session.idle()).isTrue();
        assertThat(say(session, "RCPT TO:<b@example.org>")).isEqualTo(Replies.MAIL_FIRST);
    }

    @Test
    void aClientThatOnlyKeepsTheServerTalkingIsSentAway() {
        login(session);
        for (int i = 0; i < 29; i++) {
            assertThat(say(session, "NOOP")).isEqualTo(Replies.OK);
        }
        say(session, "MAIL FROM:<a@example.com>");
        say(session, "RCPT TO:<b@example.org>");
        session.on(new Command.Data());
        session.contentEnded(Replies.queued("x"));
        for (int i = 0; i < 30; i++) {
            assertThat(say(session, "RSET")).isEqualTo(Replies.OK);
        }
        assertThat(session.on(new Command.Noop())).isEqualTo(new SessionStep.Hangup(Replies.TOO_MANY_COMMANDS));
    }

    @Test
    void mailIsScheduledUpToWhatEhloTells() {
        assertThat(say(session, "EHLO client.example").lines()).contains("FUTURERELEASE 259200 2026-11-27T10:00:00Z");
        login(session);
        assertThat(say(session, "MAIL FROM:<a@example.com> HOLDFOR=259201")).isEqualTo(Replies.HELD_TOO_LONG);
        assertThat(say(session, "MAIL FROM:<a@example.com> HOLDUNTIL=2026-11-27T12:00:01+02:00"))
                .isEqualTo(Replies.HELD_TOO_LONG);
        assertThat(say(session, "MAIL FROM:<a@example.com> HOLDUNTIL=2026-11-27T12:00:00+02:00"))
                .isEqualTo(Replies.REVERSE_PATH_OK);
        say(session, "RSET");
        assertThat(say(session, "MAIL FROM:<a@example.com> HOLDUNTIL=2020-01-01T00:00:00Z"))
                .isEqualTo(Replies.REVERSE_PATH_OK);
    }

    @Test
    void mailIsNotScheduledForWhenItMustHaveArrived() {
        assertThat(say(session, "EHLO client.example").lines()).contains("DELIVERBY");
        login(session);
        assertThat(say(session, "MAIL FROM:<a@example.com> HOLDFOR=60 BY=60;R")).isEqualTo(Replies.HELD_PAST_DEADLINE);
        assertThat(say(session, "MAIL FROM:<a@example.com> BY=-5;N HOLDFOR=60")).isEqualTo(Replies.HELD_PAST_DEADLINE);
        assertThat(say(session, "MAIL FROM:<a@example.com> HOLDUNTIL=2020-01-01T00:00:00Z BY=-5;N"))
                .isEqualTo(Replies.REVERSE_PATH_OK);
        say(session, "RSET");
        assertThat(say(session, "MAIL FROM:<a@example.com> HOLDFOR=60 BY=61;R")).isEqualTo(Replies.REVERSE_PATH_OK);
    }

    @Test
    void aSuspensionCountsInATransactionUnderWay() {
        login(session);
        say(session, "MAIL FROM:<a@example.com>");
        say(session, "RCPT TO:<b@example.org>");
        suspended = true;
        assertThat(say(session, "DATA")).isEqualTo(Replies.ACCOUNT_SUSPENDED);
        assertThat(say(session, "MAIL FROM:<a@example.com>")).isEqualTo(Replies.ACCOUNT_SUSPENDED);
    }

    @Test
    void oneRecipientTooManyIsTransient() {
        login(session);
        say(session, "MAIL FROM:<a@example.com>");
        for (int i = 0; i < 3; i++) {
            assertThat(say(session, "RCPT TO:<b" + i + "@example.org>")).isEqualTo(Replies.FORWARD_PATH_OK);
        }
        assertThat(say(session, "RCPT TO:<b@example.org>")).isEqualTo(Replies.TOO_MANY_RECIPIENTS);
    }

    @Test
    void startTlsForgetsEverything() {
        login(session);
        session.tlsStarted(type -> Optional.empty());
        assertThat(say(session, "MAIL FROM:<a@example.com>")).isEqualTo(Replies.HELO_FIRST);
        say(session, "EHLO client.example");
        assertThat(say(session, "MAIL FROM:<a@example.com>")).isEqualTo(Replies.AUTH_REQUIRED);
    }

    @Test
    void aTokenThatIsNotGoodIsExplainedBeforeItIsRefused() {
        say(session, "EHLO client.example");
        var said = SaslExchange.base64("n,a=ann@example.com,\u0001host=mx\u0001auth=Bearer a.b.c\u0001\u0001");
        assertThat(session.on(parser.parse("AUTH OAUTHBEARER " + said)))
                .isEqualTo(new SessionStep.Verify(new Credentials.Bearer("ann@example.com", "a.b.c")));
        // RFC 7628 §3.2.3
        assertThat(session.verified(Parsed.bad(Replies.AUTH_FAILED)).reply())
                .isEqualTo(Replies.challenge(SaslExchange.base64("{\"status\":\"invalid_token\"}")));
        assertThat(session.onSaslResponse("AQ==").reply()).isEqualTo(Replies.AUTH_FAILED);
        // A failure to check the token is not reported as a bad token.
        session.on(parser.parse("AUTH OAUTHBEARER " + said));
        assertThat(session.verified(Parsed.bad(Replies.AUTH_UNAVAILABLE)).reply())
                .isEqualTo(Replies.AUTH_UNAVAILABLE);
    }

    @Test
    void aClientWithoutACertificateIsNotOfferedExternal() {
        assertThat(say(session, "EHLO client.example").lines())
                .contains("AUTH SCRAM-SHA-256 PLAIN LOGIN OAUTHBEARER XOAUTH2");
        assertThat(say(session, "AUTH EXTERNAL =")).isEqualTo(Replies.AUTH_MECHANISM);
    }

    @Test
    void whoTheClientIsSurvivesAnotherEhlo() {
        login(session);
        say(session, "EHLO again.example");
        assertThat(say(session, "MAIL FROM:<a@example.com>")).isEqualTo(Replies.REVERSE_PATH_OK);
    }

    @Test
    void errorsAreForgivenByAMessage() {
        login(session);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 20; i++) {
                assertThat(session.on(parser.parse("X"))).isInstanceOf(SessionStep.Answer.class);
            }
            say(session, "MAIL FROM:<a@example.com>");
            say(session, "RCPT TO:<b@example.org>");
            say(session, "DATA");
            session.contentEnded(Replies.queued("x"));
        }
        for (int i = 0; i < 20; i++) {
            session.on(parser.parse("X"));
        }
        assertThat(session.on(parser.parse("X"))).isEqualTo(new SessionStep.Hangup(Replies.TOO_MANY_ERRORS));
    }

    @Test
    void mailToAReturnAddressIsItsAccounts() {
        var open = session(true);
        say(open, "EHLO mx.example.org");
        say(open, "MAIL FROM:<>");
        assertThat(say(open, "RCPT TO:<b@example.org>")).isEqualTo(Replies.AUTH_REQUIRED);
        assertThat(say(open, "RCPT TO:<b.x@return.test>")).isEqualTo(Replies.FORWARD_PATH_OK);
        assertThat(say(open, "RCPT TO:<b.y@return.test>")).isEqualTo(Replies.ONE_RETURN_ADDRESS);
        assertThat(open.on(new Command.Data())).isInstanceOfSatisfying(SessionStep.ReceiveContent.class, step -> {
            assertThat(step.transaction().returned()).isTrue();
            assertThat(step.transaction().account()).isEqualTo("a2");
        });
    }
}
