package io.milena.smtp;

import io.milena.smtp.SessionState.Authenticating;
import io.milena.smtp.SessionState.AwaitingSalt;
import io.milena.smtp.SessionState.BetweenChunks;
import io.milena.smtp.SessionState.Client;
import io.milena.smtp.SessionState.Connected;
import io.milena.smtp.SessionState.Greeted;
import io.milena.smtp.SessionState.Held;
import io.milena.smtp.SessionState.Known;
import io.milena.smtp.SessionState.Originated;
import io.milena.smtp.SessionState.Receiving;
import io.milena.smtp.SessionState.Recipients;
import io.milena.smtp.SessionState.Transaction;
import io.milena.smtp.SessionState.Verifying;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The server's side of an SMTP session as a state machine without I/O: each input gives one {@link SessionStep}. Speaks
 * RFC 5321 §4.1, RFC 1870, RFC 2034, RFC 2920, RFC 3030, RFC 3207, RFC 3461, RFC 4865, RFC 4954, RFC 5802, RFC 6152,
 * RFC 6531, RFC 6710, RFC 7628, RFC 7677, RFC 9422. Confined to its connection's thread.
 */
public final class SmtpSession {
    private final SessionLimits limits;
    private final SessionPolicy policy;
    private final InstantSource clock;
    private final InetAddress address;
    private final MailRules mailRules;
    private final Supplier<String> nonces;
    private SessionState state = new Connected();
    /** The TLS connection; empty in clear. */
    private Optional<SecureChannel> tls;

    private int errors;
    private int junk;
    private int envelopeOctets;

    /**
     * A new session.
     *
     * @param nonces gives each SCRAM exchange a nonce of its own
     * @param address address of the client
     * @param tls the TLS connection, if it is under TLS from the start
     */
    public SmtpSession(
            SessionLimits limits,
            SessionPolicy policy,
            InstantSource clock,
            Supplier<String> nonces,
            InetAddress address,
            Optional<SecureChannel> tls) {
        this.nonces = nonces;
        this.limits = limits;
        this.address = address;
        this.policy = policy;
        this.clock = clock;
        this.mailRules = new MailRules(limits, policy, clock, address);
        this.tls = tls;
    }

    public Reply greeting() {
        return Replies.greeting(limits.hostname());
    }

    public SessionState state() {
        return state;
    }

    public boolean tls() {
        return tls.isPresent();
    }

    /** Whether the next line is a SASL response rather than a command. */
    public boolean awaitsSaslResponse() {
        return state instanceof Authenticating;
    }

    /** Whether closing now would lose nothing: no transaction or login is under way. */
    public boolean idle() {
        return state instanceof Connected || state instanceof Greeted;
    }

    /** Takes the client's next command. */
    public SessionStep on(Command command) {
        if (isJunk(command) && ++junk > limits.maxJunk()) {
            return new SessionStep.Hangup(Replies.TOO_MANY_COMMANDS);
        }
        return counted(step(command));
    }

    /** Commands that lead to no message: many of them only keep the server busy. */
    private static boolean isJunk(Command command) {
        return switch (command) {
            case Command.Noop n -> true;
            case Command.Rset r -> true;
            case Command.Helo h -> true;
            case Command.Ehlo e -> true;
            case Command.Vrfy v -> true;
            case Command.Expn e -> true;
            case Command.Help h -> true;
            case Command.Mail m -> false;
            case Command.Rcpt r -> false;
            case Command.Data d -> false;
            case Command.Bdat b -> false;
            case Command.UnreadableBdat b -> false;
            case Command.StartTls s -> false;
            case Command.Auth a -> false;
            case Command.Quit q -> false;
            case Command.Unparsed u -> false;
        };
    }

    /** Takes a line that is no command at all, with its reply. */
    public SessionStep onUnreadable(Reply reply) {
        if (state instanceof Authenticating(var client, var ignored)) {
            state = new Greeted(client);
        }
        return counted(new SessionStep.Answer(reply));
    }

    /** Takes the client's response to a challenge. */
    public SessionStep onSaslResponse(String line) {
        if (!(state instanceof Authenticating(var client, var exchange))) {
            throw new IllegalStateException("no AUTH under way");
        }
        return counted(turn(client, exchange.respond(line)));
    }

    /** Takes the result of {@link SessionStep.FindSalt}. */
    public SessionStep saltFound(Parsed<Salt> found) {
        if (!(state instanceof AwaitingSalt(var client, var opened))) {
            throw new IllegalStateException("no salt is awaited");
        }
        return switch (found) {
            case Parsed.Good<Salt>(var salt) -> turn(client, opened.salted(salt));
            case Parsed.Bad<Salt>(var reply) -> counted(turn(client, new SaslExchange.Turn.Refused(reply)));
        };
    }

    /** Takes the result of {@link SessionStep.Verify}: the verified identity, or the reply that refuses it. */
    public SessionStep verified(Parsed<Verified> verdict) {
        if (!(state instanceof Verifying(var client, var login))) {
            throw new IllegalStateException("nothing to verify");
        }
        return switch (verdict) {
            case Parsed.Good<Verified>(var good) ->
                turn(
                        client,
                        good.serverFinal()
                                .<SaslExchange.Turn>map(proof -> new SaslExchange.Turn.Challenge(
                                        new ScramExchange.Proved(good.identity()),
                                        Replies.challenge(SaslExchange.base64(proof))))
                                .orElse(new SaslExchange.Turn.Success(good.identity())));
            case Parsed.Bad<Verified>(var reply)
            when login instanceof Credentials.Bearer && reply.permanentFailure() ->
                turn(
                        client,
                        new SaslExchange.Turn.Challenge(
                                new BearerExchange.Failed(reply),
                                Replies.challenge(SaslExchange.base64(BearerExchange.INVALID))));
            case Parsed.Bad<Verified>(var reply) -> counted(turn(client, new SaslExchange.Turn.Refused(reply)));
        };
    }

    /** Forgets everything that the client said in clear (RFC 3207 §4.2). */
    public void tlsStarted(SecureChannel binding) {
        tls = Optional.of(binding);
        state = new Connected();
    }

    /** Ends the transaction: its content has ended, or is not wanted; this is the reply. */
    public SessionStep contentEnded(Reply reply) {
        if (!(state instanceof Receiving(var client, var ignored))) {
            throw new IllegalStateException("no content under way");
        }
        state = new Greeted(client);
        if (reply.positive()) {
            errors = 0;
            junk = 0;
        }
        return counted(new SessionStep.Answer(reply));
    }

    /** A chunk that is not the last has been read whole; another may follow. */
    public void chunkEnded() {
        if (!(state instanceof Receiving(var client, var transaction))) {
            throw new IllegalStateException("no chunk under way");
        }
        state = new BetweenChunks(client, transaction);
    }

    /** The chunk of {@link SessionStep.DiscardChunk} has been read past; its reply counts as any other. */
    public SessionStep chunkDiscarded(Reply reply) {
        return counted(answer(reply));
    }

    /** Whether a message that has begun to arrive is still wanted. */
    public boolean receiving() {
        return state instanceof Receiving || state instanceof BetweenChunks;
    }

    /** Octets of the recipients of the transaction under way, as JSON. */
    public int envelopeOctets() {
        return state instanceof Recipients || receiving() ? envelopeOctets : 0;
    }

    /** RFC 5321 §4.1.4, the order of commands: what each one needs, on one screen. */
    private SessionStep step(Command command) {
        return switch (command) {
            case Command.Ehlo(var name) -> greeted(name, true);
            case Command.Helo(var name) -> greeted(name, false);
            case Command.StartTls() -> startTls();
            case Command.Auth auth -> auth(auth);
            case Command.Mail mail -> mail(mail);
            case Command.Rcpt rcpt -> rcpt(rcpt);
            case Command.Data() -> data();
            case Command.Bdat bdat -> bdat(bdat);
            case Command.UnreadableBdat() -> new SessionStep.Hangup(Replies.BDAT_SYNTAX);
            case Command.Rset() -> {
                client().ifPresent(client -> state = new Greeted(client));
                yield answer(Replies.OK);
            }
            case Command.Noop() -> answer(Replies.OK);
            case Command.Vrfy() -> answer(Replies.VRFY);
            case Command.Expn() -> answer(Replies.NOT_IMPLEMENTED);
            case Command.Help() -> answer(Replies.HELP);
            case Command.Quit() -> new SessionStep.Hangup(Replies.BYE);
            case Command.Unparsed(var reply) -> answer(reply);
        };
    }

    private SessionStep greeted(String name, boolean extended) {
        // RFC 5321 §4.1.4: EHLO in a session resets the transaction; the client's identity stays proved.
        state = new Greeted(new Client(name, extended, client().flatMap(Client::identity)));
        return answer(
                extended
                        ? Capabilities.reply(limits, tls(), means().offered(), clock.instant())
                        : Replies.helo(limits.hostname()));
    }

    private SessionStep startTls() {
        if (tls.isPresent()) {
            return answer(Replies.TLS_ALREADY);
        }
        return limits.startTls() == SessionLimits.StartTls.UNAVAILABLE
                ? answer(Replies.TLS_UNAVAILABLE)
                : new SessionStep.StartTls(Replies.READY_FOR_TLS);
    }

    private SessionStep auth(Command.Auth auth) {
        return switch (state) {
            case Greeted(var client) when client.identity().isPresent() -> answer(Replies.AUTH_ALREADY);
            case Greeted(var client)
            when limits.permitsAuth(tls()) ->
                SaslExchange.begin(auth.mechanism(), auth.initialResponse(), means())
                        .map(turn -> turn(client, turn))
                        .orElseGet(() -> answer(Replies.AUTH_MECHANISM));
            case Greeted greeted -> answer(Replies.AUTH_NEEDS_TLS);
            case Connected connected -> answer(Replies.HELO_FIRST);
            case Originated o -> answer(Replies.AUTH_IN_TRANSACTION);
            case Recipients r -> answer(Replies.AUTH_IN_TRANSACTION);
            case BetweenChunks b -> answer(Replies.AUTH_IN_TRANSACTION);
            case Held held -> throw outOfTurn(held);
        };
    }

    private SaslExchange.Means means() {
        return new SaslExchange.Means(limits.mechanisms(), tls, nonces);
    }

    private SessionStep turn(Client client, SaslExchange.Turn turn) {
        return switch (turn) {
            case SaslExchange.Turn.Challenge(var next, var reply) -> {
                state = new Authenticating(client, next);
                yield answer(reply);
            }
            case SaslExchange.Turn.NeedsSalt(var opened) -> {
                state = new AwaitingSalt(client, opened);
                yield new SessionStep.FindSalt(opened.username());
            }
            case SaslExchange.Turn.Presented(var login) -> {
                state = new Verifying(client, login);
                yield new SessionStep.Verify(login);
            }
            case SaslExchange.Turn.Success(var identity) -> {
                state = new Greeted(client.identifiedAs(identity));
                yield answer(Replies.AUTHENTICATED);
            }
            case SaslExchange.Turn.Refused(var reply) -> {
                state = new Greeted(client);
                yield answer(reply);
            }
        };
    }

    private SessionStep mail(Command.Mail mail) {
        return switch (state) {
            case Connected connected -> answer(Replies.HELO_FIRST);
            case Greeted(var client) -> {
                var refusal = mailRules.refusal(client, mail, tls());
                if (refusal.isEmpty()) {
                    state = new Originated(client, mail, 0);
                    envelopeOctets = 0;
                }
                yield answer(refusal.orElse(Replies.REVERSE_PATH_OK));
            }
            case Originated o -> answer(Replies.NESTED_MAIL);
            case Recipients r -> answer(Replies.NESTED_MAIL);
            case BetweenChunks b -> answer(Replies.BDAT_UNDER_WAY);
            case Held held -> throw outOfTurn(held);
        };
    }

    private SessionStep rcpt(Command.Rcpt rcpt) {
        return switch (state) {
            case Connected connected -> answer(Replies.HELO_FIRST);
            case Greeted greeted -> answer(Replies.MAIL_FIRST);
            case Originated(var client, var mail, var refused) -> {
                var recipient = recipient(client, mail, rcpt);
                yield switch (recipient) {
                    case Parsed.Good<Transaction>(var transaction) -> {
                        envelopeOctets = rcpt.octets();
                        state = new Recipients(client, transaction);
                        yield answer(Replies.FORWARD_PATH_OK);
                    }
                    case Parsed.Bad<Transaction>(var reply) -> {
                        state = new Originated(client, mail, refused + 1);
                        yield answer(reply);
                    }
                };
            }
            case Recipients(var client, var transaction) -> another(client, transaction, rcpt);
            case BetweenChunks b -> answer(Replies.BDAT_UNDER_WAY);
            case Held held -> throw outOfTurn(held);
        };
    }

    /** The transaction that the first forward-path makes. */
    private Parsed<Transaction> recipient(Client client, Command.Mail mail, Command.Rcpt rcpt) {
        if (rcpt.forwardPath().mailbox().utf8() && !mail.parameters().smtpUtf8()) {
            return Parsed.bad(Replies.NEEDS_SMTPUTF8);
        }
        var recipients = List.of(rcpt);
        if (client.identity().isPresent()) {
            return Parsed.good(new Transaction(
                    mail, recipients, client.identity(), client.identity().get().account()));
        }
        return policy.accountOfReturnAddress(rcpt.forwardPath().mailbox())
                .map(account -> Parsed.good(new Transaction(mail, recipients, Optional.empty(), account)))
                .orElse(Parsed.bad(Replies.authRequired(limits.permitsAuth(tls()))));
    }

    private SessionStep another(Client client, Transaction transaction, Command.Rcpt rcpt) {
        return switch (recipient(client, transaction.mail(), rcpt)) {
            case Parsed.Bad<Transaction>(var reply) -> answer(reply);
            // One mailbox gets one copy, with the DSN parameters of its first RCPT; it takes no room a second time.
            case Parsed.Good<Transaction> good
            when transaction.isFor(rcpt.forwardPath()) -> answer(Replies.FORWARD_PATH_OK);
            case Parsed.Good<Transaction> good when transaction.returned() -> answer(Replies.ONE_RETURN_ADDRESS);
            case Parsed.Good<Transaction> good -> {
                int octets = rcpt.octets();
                if (transaction.recipients().size() >= limits.maxRecipients()
                        || envelopeOctets + octets > limits.maxEnvelopeOctets()) {
                    yield answer(Replies.TOO_MANY_RECIPIENTS);
                }
                envelopeOctets += octets;
                state = new Recipients(client, transaction.with(rcpt));
                yield answer(Replies.FORWARD_PATH_OK);
            }
        };
    }

    private SessionStep data() {
        return switch (state) {
            case Connected connected -> answer(Replies.HELO_FIRST);
            case Greeted greeted -> answer(Replies.MAIL_FIRST);
            case Originated(var client, var mail, var refused) ->
                answer(refused > 0 ? Replies.NO_VALID_RECIPIENTS : Replies.RCPT_FIRST);
            case Recipients(var client, var transaction) -> {
                var refused = refusedBeforeContent(client);
                if (refused.isPresent()) {
                    yield answer(refused.get());
                }
                state = new Receiving(client, transaction);
                yield new SessionStep.ReceiveContent(Replies.SEND_CONTENT, client, transaction);
            }
            // RFC 3030 §2: DATA and BDAT exclude each other in a transaction.
            case BetweenChunks b -> answer(Replies.BDAT_UNDER_WAY);
            case Held held -> throw outOfTurn(held);
        };
    }

    /** A suspension counts at once; it also ends a transaction that is under way. */
    private Optional<Reply> refusedBeforeContent(Client client) {
        var refused = client.identity().flatMap(identity -> policy.refuses(identity, address));
        refused.ifPresent(reply -> state = new Greeted(client));
        return refused;
    }

    /** RFC 3030 §2: the chunk is read before any reply to it. */
    private SessionStep bdat(Command.Bdat bdat) {
        if (bdat.size() > limits.maxContent(returned())) {
            // A chunk that is larger than any message is not read past.
            return new SessionStep.Hangup(Replies.TOO_BIG);
        }
        return switch (state) {
            case Connected connected -> new SessionStep.DiscardChunk(Replies.HELO_FIRST, bdat.size());
            case Greeted greeted -> new SessionStep.DiscardChunk(Replies.MAIL_FIRST, bdat.size());
            case Originated(var client, var mail, var refused) ->
                new SessionStep.DiscardChunk(
                        refused > 0 ? Replies.NO_VALID_RECIPIENTS : Replies.RCPT_FIRST, bdat.size());
            case Recipients(var client, var transaction) -> {
                var refused = refusedBeforeContent(client);
                yield refused.<SessionStep>map(reply -> new SessionStep.DiscardChunk(reply, bdat.size()))
                        .orElseGet(() -> chunk(client, transaction, bdat, true));
            }
            case BetweenChunks(var client, var transaction) -> chunk(client, transaction, bdat, false);
            case Held held -> throw outOfTurn(held);
        };
    }

    /** Whether the transaction is for a return address. */
    private boolean returned() {
        return switch (state) {
            case Recipients(var client, var transaction) -> transaction.returned();
            case BetweenChunks(var client, var transaction) -> transaction.returned();
            case Connected c -> false;
            case Greeted g -> false;
            case Originated o -> false;
            case Held h -> false;
        };
    }

    private SessionStep chunk(Client client, Transaction transaction, Command.Bdat bdat, boolean first) {
        state = new Receiving(client, transaction);
        return new SessionStep.ReceiveChunk(
                Replies.chunk(bdat.size()), client, transaction, bdat.size(), bdat.last(), first);
    }

    private Optional<Client> client() {
        return state instanceof Known known ? Optional.of(known.client()) : Optional.empty();
    }

    private SessionStep counted(SessionStep step) {
        if (step instanceof SessionStep.Answer(var reply)
                && reply.permanentFailure()
                && ++errors > limits.maxErrors()) {
            return new SessionStep.Hangup(Replies.TOO_MANY_ERRORS);
        }
        return step;
    }

    private static SessionStep answer(Reply reply) {
        return new SessionStep.Answer(reply);
    }

    private static IllegalStateException outOfTurn(Held held) {
        return new IllegalStateException("a command while " + held.getClass().getSimpleName()
                + " (expected: the connection holds commands back)");
    }
}
