package io.milena.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.milena.smtp.SessionState.Authenticating;
import io.milena.smtp.SessionState.AwaitingSalt;
import io.milena.smtp.SessionState.BetweenChunks;
import io.milena.smtp.SessionState.Connected;
import io.milena.smtp.SessionState.Greeted;
import io.milena.smtp.SessionState.Originated;
import io.milena.smtp.SessionState.Receiving;
import io.milena.smtp.SessionState.Recipients;
import io.milena.smtp.SessionState.Verifying;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A whole {@link SmtpSession}: the first line of the input says how the server is set up (letters 't' TLS from the
 * start, 'o' offers TLS, 'c' clear AUTH, 'r' return addresses, 's' suspends at the fifth line), each other one is a
 * line of the client. One that begins with '%' is too long. User names that begin with 'a' are known, and content is
 * refused after a line of 4n + 3 octets.
 */
class SmtpSessionFuzzTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final CommandParser PARSER = new CommandParser("mx.milena.test");
    private static final SecureChannel UNBOUND = type -> Optional.empty();
    private static final Identity IDENTITY = new Identity("a1", "c1", "apikey", List.of());

    @FuzzTest
    void theOrderOfCommandsHolds(byte[] input) {
        var lines = new String(input, StandardCharsets.ISO_8859_1).split("\n", 200);
        var dialogue = new Dialogue(lines[0]);
        for (var line : Arrays.asList(lines).subList(1, lines.length)) {
            if (!dialogue.hear(line)) {
                return;
            }
        }
    }

    private static final class Dialogue implements SessionPolicy {
        private final SessionLimits limits;
        private final boolean returnAddresses;
        private final boolean suspends;
        private final SmtpSession session;
        private boolean tls;
        private int heard;
        private int errors;
        private int junk;
        private boolean known;

        Dialogue(String setup) {
            tls = setup.indexOf('t') >= 0;
            limits = new SessionLimits(
                    "mx.milena.test",
                    1000,
                    3,
                    10_000,
                    5,
                    8,
                    Duration.ofHours(72),
                    setup.indexOf('o') >= 0 ? SessionLimits.StartTls.ANNOUNCED : SessionLimits.StartTls.UNAVAILABLE,
                    setup.indexOf('c') < 0,
                    SaslExchange.ALL);
            returnAddresses = setup.indexOf('r') >= 0;
            suspends = setup.indexOf('s') >= 0;
            session = new SmtpSession(
                    limits,
                    this,
                    InstantSource.fixed(NOW),
                    () -> "nonce",
                    InetAddress.getLoopbackAddress(),
                    tls ? Optional.of(UNBOUND) : Optional.empty());
            WellFormed.assertReply(session.greeting());
        }

        @Override
        public Optional<Reply> refuses(Identity identity, ReversePath reversePath) {
            return Optional.empty();
        }

        @Override
        public Optional<Reply> refuses(Identity identity, InetAddress address) {
            return suspends && heard >= 5 ? Optional.of(Replies.ACCOUNT_SUSPENDED) : Optional.empty();
        }

        @Override
        public boolean issuesReturnAddresses() {
            return returnAddresses;
        }

        @Override
        public Optional<String> accountOfReturnAddress(Mailbox forwardPath) {
            return returnAddresses && forwardPath.domain().equals("return.test") ? Optional.of("a2") : Optional.empty();
        }

        /** Says a line to the session as a connection does; false when it hung up. */
        boolean hear(String line) {
            heard++;
            var before = session.state();
            var octets = line.getBytes(StandardCharsets.ISO_8859_1);
            SessionStep step;
            if (line.startsWith("%")) {
                step = session.onUnreadable(Replies.LINE_TOO_LONG);
                assertThat(session.state())
                        .isEqualTo(before instanceof Authenticating(var c, var e) ? new Greeted(c) : before);
            } else if (session.awaitsSaslResponse()) {
                step = session.onSaslResponse(line);
                assertThat(session.state())
                        .isInstanceOfAny(Greeted.class, Authenticating.class, AwaitingSalt.class, Verifying.class);
            } else {
                assertThatIllegalStateException().isThrownBy(() -> session.onSaslResponse(line));
                var command = PARSER.parse(octets, 0, octets.length);
                step = session.on(command);
                inOrder(before, command, step);
                junk += isJunk(command) ? 1 : 0;
                assertThat(junk).isLessThanOrEqualTo(limits.maxJunk() + (step instanceof SessionStep.Hangup ? 1 : 0));
            }
            return followed(step, line);
        }

        /** RFC 5321 §4.1.4: what may come of a command in a state, told from the other side: by what came of it. */
        private void inOrder(SessionState before, Command command, SessionStep step) {
            var after = session.state();
            switch (step) {
                case SessionStep.StartTls s -> {
                    assertThat(command).isInstanceOf(Command.StartTls.class);
                    assertThat(limits.startTls() != SessionLimits.StartTls.UNAVAILABLE && !tls)
                            .isTrue();
                }
                case SessionStep.FindSalt s -> {
                    assertThat(command).isInstanceOf(Command.Auth.class);
                    assertThat(before).isInstanceOf(Greeted.class);
                    mayAuthenticate();
                }
                case SessionStep.Verify v -> {
                    assertThat(command).isInstanceOf(Command.Auth.class);
                    assertThat(before).isInstanceOf(Greeted.class);
                    mayAuthenticate();
                }
                case SessionStep.ReceiveContent(var reply, var client, var transaction) -> {
                    assertThat(command).isInstanceOf(Command.Data.class);
                    assertThat(before).isEqualTo(new Recipients(client, transaction));
                    assertThat(after).isEqualTo(new Receiving(client, transaction));
                    acceptable(client, transaction);
                }
                case SessionStep.ReceiveChunk chunk -> {
                    assertThat(command).isEqualTo(new Command.Bdat(chunk.size(), chunk.last()));
                    assertThat(before)
                            .isEqualTo(
                                    chunk.first()
                                            ? new Recipients(chunk.client(), chunk.transaction())
                                            : new BetweenChunks(chunk.client(), chunk.transaction()));
                    assertThat(after).isEqualTo(new Receiving(chunk.client(), chunk.transaction()));
                    assertThat(chunk.size()).isLessThanOrEqualTo(limits.maxMessageSize());
                    acceptable(chunk.client(), chunk.transaction());
                }
                case SessionStep.DiscardChunk(var reply, var size) -> {
                    assertThat(command)
                            .isInstanceOfSatisfying(
                                    Command.Bdat.class,
                                    bdat -> assertThat(bdat.size()).isEqualTo(size));
                    assertThat(before).isNotInstanceOf(BetweenChunks.class);
                    assertThat(reply.permanentFailure()).isTrue();
                }
                case SessionStep.Answer(var reply) -> answered(before, command, reply, after);
                case SessionStep.Hangup(var reply) ->
                    assertThat(reply.code() == 421
                                    || command instanceof Command.Quit
                                    || command instanceof Command.Bdat
                                    || command instanceof Command.UnreadableBdat)
                            .isTrue();
            }
        }

        private void answered(SessionState before, Command command, Reply reply, SessionState after) {
            assertThat(command).as("is followed by a chunk").isNotInstanceOf(Command.Bdat.class);
            switch (command) {
                case Command.Ehlo(var name) -> assertThat(after).isEqualTo(greeted(before, name, true));
                case Command.Helo(var name) -> assertThat(after).isEqualTo(greeted(before, name, false));
                case Command.Rset r ->
                    assertThat(after).isInstanceOf(before instanceof Connected ? Connected.class : Greeted.class);
                case Command.Mail m
                when reply.positive() -> {
                    assertThat(before).isInstanceOf(Greeted.class);
                    assertThat(after).isInstanceOf(Originated.class);
                    assertThat(known || returnAddresses).isTrue();
                }
                case Command.Rcpt r
                when reply.positive() -> {
                    assertThat(before).isInstanceOfAny(Originated.class, Recipients.class);
                    assertThat(after).isInstanceOf(Recipients.class);
                }
                case Command.Auth a
                when reply.positive() -> {
                    assertThat(reply.code()).isEqualTo(334);
                    assertThat(after).isInstanceOf(Authenticating.class);
                    mayAuthenticate();
                }
                case Command.Rcpt r
                when before instanceof Originated -> assertThat(after).isInstanceOf(Originated.class);
                case Command.Data d
                when reply.equals(Replies.ACCOUNT_SUSPENDED) ->
                    assertThat(after).isInstanceOf(Greeted.class);
                default -> assertThat(after).isEqualTo(before);
            }
        }

        private static SessionState greeted(SessionState before, String name, boolean extended) {
            Optional<Identity> identity =
                    switch (before) {
                        case Connected c -> Optional.empty();
                        case Greeted(var client) -> client.identity();
                        case Originated(var client, var mail, var refused) -> client.identity();
                        case Recipients(var client, var transaction) -> client.identity();
                        case BetweenChunks(var client, var transaction) -> client.identity();
                        case SessionState.Held held -> throw new AssertionError(held);
                    };
            return new Greeted(new SessionState.Client(name, extended, identity));
        }

        private void mayAuthenticate() {
            assertThat(tls || !limits.authRequiresTls()).isTrue();
            assertThat(known).isFalse();
        }

        private void acceptable(SessionState.Client client, SessionState.Transaction transaction) {
            assertThat(transaction.recipients()).hasSizeBetween(1, limits.maxRecipients());
            assertThat(client.identity().isPresent()).isEqualTo(known);
            assertThat(transaction.returned()).isEqualTo(!known);
            assertThat(transaction.account()).isEqualTo(known ? "a1" : "a2");
            if (transaction.returned()) {
                assertThat(transaction.recipients())
                        .hasSize(1)
                        .allMatch(rcpt -> rcpt.forwardPath().mailbox().domain().equals("return.test"));
            }
            boolean beyondAscii = transaction
                            .mail()
                            .reversePath()
                            .mailbox()
                            .map(Mailbox::utf8)
                            .orElse(false)
                    || transaction.recipients().stream()
                            .anyMatch(rcpt -> rcpt.forwardPath().mailbox().utf8());
            assertThat(!beyondAscii || transaction.mail().parameters().smtpUtf8())
                    .isTrue();
            assertThat(transaction.mail().parameters().size().orElse(0)).isLessThanOrEqualTo(limits.maxMessageSize());
        }

        /** Does what the step says; false at the end. */
        private boolean followed(SessionStep step, String line) {
            WellFormed.assertReply(step.reply());
            assertThat(session.idle() && session.receiving()).isFalse();
            boolean well = line.length() % 4 != 3;
            return switch (step) {
                case SessionStep.Hangup h -> false;
                case SessionStep.Answer(var reply) -> counted(reply);
                case SessionStep.StartTls s -> {
                    session.tlsStarted(UNBOUND);
                    tls = true;
                    known = false;
                    assertThat(session.tls()).isTrue();
                    assertThat(session.state()).isEqualTo(new Connected());
                    yield true;
                }
                case SessionStep.FindSalt(var username) -> {
                    busy(AwaitingSalt.class);
                    boolean found = !username.startsWith("x");
                    var challenge = session.saltFound(
                            found ? Parsed.good(new Salt("c2FsdA==", 4096)) : Parsed.bad(Replies.AUTH_UNAVAILABLE));
                    assertThat(session.state()).isInstanceOf(found ? Authenticating.class : Greeted.class);
                    yield followedBy(challenge);
                }
                case SessionStep.Verify(var login) -> {
                    busy(Verifying.class);
                    known = login.username().startsWith("a");
                    boolean proving = known && login instanceof Credentials.ScramProof;
                    var verdict = session.verified(
                            known
                                    ? Parsed.good(
                                            new Verified(IDENTITY, proving ? Optional.of("v=x") : Optional.empty()))
                                    : Parsed.bad(Replies.AUTH_FAILED));
                    if (proving) {
                        assertThat(session.state()).isInstanceOf(Authenticating.class);
                        var last = session.onSaslResponse(line.length() % 2 == 0 ? "" : "*");
                        known = last.reply().equals(Replies.AUTHENTICATED);
                        yield followedBy(verdict) & followedBy(last);
                    }
                    if (!known && login instanceof Credentials.Bearer) {
                        assertThat(session.state()).isInstanceOf(Authenticating.class);
                        yield followedBy(verdict) & followedBy(session.onSaslResponse("AQ=="));
                    }
                    assertThat(session.state())
                            .isInstanceOfSatisfying(
                                    Greeted.class,
                                    greeted -> assertThat(greeted.client().identity())
                                            .isEqualTo(known ? Optional.of(IDENTITY) : Optional.empty()));
                    yield followedBy(verdict);
                }
                case SessionStep.ReceiveContent c -> {
                    busy(Receiving.class);
                    yield ended(well);
                }
                case SessionStep.ReceiveChunk chunk -> {
                    busy(Receiving.class);
                    if (chunk.last() || !well) {
                        yield ended(well);
                    }
                    session.chunkEnded();
                    assertThat(session.state()).isEqualTo(new BetweenChunks(chunk.client(), chunk.transaction()));
                    yield true;
                }
                case SessionStep.DiscardChunk(var reply, var size) -> followedBy(session.chunkDiscarded(reply));
            };
        }

        private boolean ended(boolean well) {
            if (well) {
                errors = 0;
                junk = 0;
            }
            var step = session.contentEnded(well ? Replies.queued("id1") : Replies.TOO_BIG);
            assertThat(session.state()).isInstanceOf(Greeted.class);
            return followedBy(step);
        }

        private boolean followedBy(SessionStep step) {
            WellFormed.assertReply(step.reply());
            assertThat(step).isInstanceOfAny(SessionStep.Answer.class, SessionStep.Hangup.class);
            return step instanceof SessionStep.Answer(var reply) && counted(reply);
        }

        private boolean counted(Reply reply) {
            errors += reply.permanentFailure() ? 1 : 0;
            assertThat(errors).isLessThanOrEqualTo(limits.maxErrors());
            return true;
        }

        /** Commands are held back now: one that got through anyway changes nothing. */
        private void busy(Class<? extends SessionState> expected) {
            var state = session.state();
            assertThat(state).isInstanceOf(expected);
            assertThatIllegalStateException().isThrownBy(() -> session.on(new Command.Data()));
            assertThatIllegalStateException().isThrownBy(() -> session.on(new Command.Bdat(1, true)));
            assertThatIllegalStateException().isThrownBy(() -> session.onSaslResponse("*"));
            assertThat(session.state()).isEqualTo(state);
        }

        private static boolean isJunk(Command command) {
            return !(command instanceof Command.Mail
                    || command instanceof Command.Rcpt
                    || command instanceof Command.Data
                    || command instanceof Command.Bdat
                    || command instanceof Command.UnreadableBdat
                    || command instanceof Command.StartTls
                    || command instanceof Command.Auth
                    || command instanceof Command.Quit
                    || command instanceof Command.Unparsed);
        }
    }
}
