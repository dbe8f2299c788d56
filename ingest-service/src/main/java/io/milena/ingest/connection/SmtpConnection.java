package io.milena.ingest.connection;

import io.milena.ingest.login.ScramNonces;
import io.milena.ingest.quota.Admission;
import io.milena.ingest.tls.TlsChannel;
import io.milena.smtp.Command;
import io.milena.smtp.Credentials;
import io.milena.smtp.Replies;
import io.milena.smtp.Reply;
import io.milena.smtp.SessionState;
import io.milena.smtp.SessionStep;
import io.milena.smtp.SmtpSession;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * One client's connection: frames lines, does what {@link SmtpSession} says and writes the replies of everything that
 * was read at once in one piece (RFC 2920). Runs on its event loop only.
 */
final class SmtpConnection {
    private static final Logger LOG = Logger.getLogger(SmtpConnection.class);

    private static final Duration LONGEST_MEMORY_WAIT = Duration.ofSeconds(30);

    private enum Phase {
        /** The greeting is delayed; a client that speaks SMTP waits for it. */
        SCREENING,
        COMMANDS,
        /** An answer from auth-service or the broker is awaited; commands wait. */
        WAITING,
        CONTENT,
        /** An unwanted chunk is read past. */
        DISCARDING,
        HANDSHAKE,
        CLOSED
    }

    private final NetSocket socket;
    private final Context context;
    private final SharedParts shared;
    private final SmtpSession session;
    private final InetAddress address;
    private final String remote;
    private final InputBuffer input = new InputBuffer();
    private final CommandLines lines;
    private final LoginAttempts logins;
    private final ReadGate gate;
    private final SessionMemory memory;
    private final Reception reception;
    private final StringBuilder output = new StringBuilder();
    private Phase phase = Phase.COMMANDS;
    private boolean heard;

    private boolean closing;
    /** The client has closed its side and sends nothing more. */
    private boolean inputEnded;
    /** Set inside {@link #work}: an answer that is there at once must not start it again. */
    private boolean working;

    private boolean answering;

    SmtpConnection(NetSocket socket, Context context, SharedParts shared, boolean tls) {
        this.socket = socket;
        this.context = context;
        this.shared = shared;
        this.address = client(socket);
        this.remote = address.getHostAddress();
        this.session = new SmtpSession(
                onLoopback(address, socket)
                        ? shared.limitsOnLoopback().at(socket.localAddress(true).port())
                        : shared.limits(),
                shared.policy(),
                shared.clock(),
                ScramNonces::next,
                address,
                tls ? Optional.of(new TlsChannel(socket.sslSession())) : Optional.empty());
        this.lines = new CommandLines(input, shared.strictNewlines());
        this.logins =
                new LoginAttempts(shared.authenticator(), shared.authFailures(), shared.policy(), address, context);
        this.gate = new ReadGate(
                socket,
                context,
                shared.connectionCounts(),
                shared.surroundings().budget(),
                shared.commandTimeout(),
                shared.minDataRate(),
                this::regulate,
                this::closeIfAllIsSaid);
        this.memory = new SessionMemory(shared.surroundings().budget());
        this.reception = new Reception(shared, remote, context, this::regulate);
    }

    /** A proxy may know no client address; its own counts then. */
    private static InetAddress client(NetSocket socket) {
        var told = socket.remoteAddress().hostAddress();
        return InetAddress.ofLiteral(told == null ? socket.remoteAddress(true).hostAddress() : told);
    }

    /** Of a connection through a proxy, both the proxy and the client that it tells of have to be. */
    private static boolean onLoopback(InetAddress address, NetSocket socket) {
        return address.isLoopbackAddress()
                && InetAddress.ofLiteral(socket.remoteAddress(true).hostAddress())
                        .isLoopbackAddress();
    }

    String remote() {
        return remote;
    }

    /** Greets the client after this delay. */
    void open(Duration delay) {
        socket.handler(this::received);
        socket.exceptionHandler(failure -> socket.close());
        takeHalfClose();
        if (delay.isZero()) {
            greet();
            return;
        }
        phase = Phase.SCREENING;
        context.owner().setTimer(delay.toMillis(), timer -> {
            if (phase == Phase.SCREENING) {
                greet();
            }
        });
    }

    private void greet() {
        phase = Phase.COMMANDS;
        gate.heard();
        send(session.greeting());
        flush();
    }

    /**
     * Keeps our side open when the client closes its own and reads on, as Exim does behind a pipelined QUIT. By default
     * ours would be closed too, and the client would not get the reply to its message. Only the socket's internal
     * interface tells of it.
     */
    private void takeHalfClose() {
        var inner = (NetSocketInternal) socket;
        inner.channelHandlerContext().channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        inner.eventHandler(event -> {
            if (event instanceof ChannelInputShutdownEvent) {
                inputEnded = true;
                closeIfAllIsSaid();
            }
        });
    }

    private void closeIfAllIsSaid() {
        if (inputEnded && !gate.holdsBack() && phase != Phase.WAITING) {
            close();
        }
    }

    /** Sends the reply and closes. */
    void hangUp(Reply reply) {
        if (phase != Phase.CLOSED && phase != Phase.HANDSHAKE) {
            sayAndClose(reply);
        }
        close();
    }

    /** As {@link #hangUp(Reply)}; the log has the reason. */
    private void hangUp(String reason, Reply reply) {
        EventLog.closed(reason, remote);
        hangUp(reply);
    }

    /** RFC 5321 §3.8: the client is told of the close, by this reply or by one more. */
    private void sayAndClose(Reply reply) {
        send(reply);
        if (!reply.announcesClose()) {
            send(Replies.CLOSING);
        }
        close();
    }

    private void received(Buffer read) {
        if (phase == Phase.CLOSED || read.length() == 0) {
            return;
        }
        if (phase == Phase.HANDSHAKE) {
            // RFC 3207 §4.2: octets that came in clear must never be read as if they came under TLS, however segments
            // fall.
            EventLog.closed("octets in clear after STARTTLS", remote);
            sayAndClose(Replies.TALK_BEHIND_STARTTLS);
            return;
        }
        if (phase == Phase.SCREENING) {
            EventLog.closed("talks before the greeting", remote);
            hangUp(Replies.EARLY_TALK);
            return;
        }
        if (phase == Phase.CONTENT || phase == Phase.DISCARDING) {
            gate.contentCame(read.length());
        }
        if (!heard && foreign(read.getByte(0))) {
            hangUp("not SMTP", Replies.NOT_SMTP);
            return;
        }
        heard = true;
        input.add(read);
        work();
    }

    /** SMTP begins with a letter: TLS on the wrong port, a proxy's binary header or noise does not. */
    private static boolean foreign(byte first) {
        return !(first >= 'a' && first <= 'z' || first >= 'A' && first <= 'Z' || first == '\r' || first == '\n');
    }

    private void work() {
        if (working) {
            return;
        }
        working = true;
        boolean more = true;
        try {
            while (more) {
                more = switch (phase) {
                    case COMMANDS -> nextLine();
                    case CONTENT -> content();
                    case DISCARDING -> discard();
                    case SCREENING, WAITING, HANDSHAKE, CLOSED -> false;
                };
            }
        } catch (RuntimeException e) {
            // A bug of ours costs this session and no other; nothing was promised.
            LOG.errorf(e, "session of %s is given up", remote);
            hangUp(Replies.GIVEN_UP);
        } finally {
            working = false;
        }
        flush();
        regulate();
        closeIfAllIsSaid();
    }

    private boolean nextLine() {
        var next = lines.next(session.awaitsSaslResponse());
        if (next.isEmpty()) {
            return false;
        }
        gate.heard();
        switch (next.get()) {
            case CommandLines.Line.Refused(var reply, var bdat) ->
                perform(
                        bdat && !session.awaitsSaslResponse()
                                ? session.on(new Command.UnreadableBdat())
                                : session.onUnreadable(reply));
            case CommandLines.Line.Whole(var line)
            when session.awaitsSaslResponse() -> perform(session.onSaslResponse(line.text()));
            case CommandLines.Line.Endless() -> hangUp("line without an end", Replies.LINE_WITHOUT_END);
            case CommandLines.Line.Whole(var line) when http(line) -> hangUp("HTTP", Replies.NOT_SMTP);
            case CommandLines.Line.Whole(var line) ->
                command(shared.parser().parse(line.bytes(), line.from(), line.to()));
        }
        return true;
    }

    private void command(Command command) {
        if (command instanceof Command.Rcpt && memory.lacksRoomForRecipients()) {
            answer(Replies.OUT_OF_MEMORY);
        } else {
            perform(session.on(command));
        }
    }

    /** Whether a browser was led here: its first line is an HTTP request, whose body may hold SMTP commands. */
    private boolean http(InputBuffer.Line line) {
        if (!(session.state() instanceof SessionState.Connected)) {
            return false;
        }
        return line.text().contains(" HTTP/");
    }

    private boolean content() {
        return switch (reception.receive(input)) {
            case MORE -> false;
            case ENDLESS -> {
                hangUp("content without an end", Replies.TOO_BIG);
                yield false;
            }
            case CHUNK_ENDED -> {
                session.chunkEnded();
                phase = Phase.COMMANDS;
                send(reception.chunkReply());
                yield true;
            }
            case ENDED -> {
                phase = Phase.WAITING;
                reception.finish(reply -> resume(() -> perform(session.contentEnded(reply))));
                yield phase != Phase.WAITING;
            }
        };
    }

    private boolean discard() {
        var gone = reception.discard(input);
        gone.ifPresent(reply -> {
            phase = Phase.COMMANDS;
            perform(session.chunkDiscarded(reply));
        });
        return gone.isPresent();
    }

    private void perform(SessionStep step) {
        switch (step) {
            case SessionStep.Answer(var reply) -> answer(reply);
            case SessionStep.Hangup(var reply) -> sayAndClose(reply);
            case SessionStep.StartTls(var reply) -> startTls(reply);
            case SessionStep.Verify(var login) -> verify(login);
            case SessionStep.FindSalt(var username) -> findSalt(username);
            case SessionStep.ReceiveContent content -> receiveContent(content);
            case SessionStep.ReceiveChunk chunk -> receiveChunk(chunk);
            case SessionStep.DiscardChunk chunk -> discard(chunk);
        }
        if (reception.isUnderWay() && phase != Phase.WAITING && !session.receiving()) {
            // RSET, EHLO or STARTTLS between two chunks.
            reception.abandon();
        }
    }

    private void receiveContent(SessionStep.ReceiveContent content) {
        admit(
                content.transaction(),
                admitted -> {
                    reception.begin(admitted, content.client(), content.transaction(), tlsSession());
                    receive();
                    send(content.reply());
                },
                refusal -> {
                    if (answering) {
                        EventLog.denied(refusal, remote);
                    }
                    perform(session.contentEnded(refusal));
                });
    }

    private void receiveChunk(SessionStep.ReceiveChunk chunk) {
        if (!chunk.first()) {
            reception.takeChunk(chunk);
            receive();
            return;
        }
        admit(
                chunk.transaction(),
                admitted -> {
                    reception.beginChunks(admitted, chunk.client(), chunk.transaction(), tlsSession());
                    reception.takeChunk(chunk);
                    receive();
                },
                refusal -> {
                    session.contentEnded(refusal);
                    discard(new SessionStep.DiscardChunk(refusal, chunk.size()));
                });
    }

    private void receive() {
        phase = Phase.CONTENT;
        gate.contentBegins();
    }

    private void discard(SessionStep.DiscardChunk chunk) {
        reception.discard(chunk);
        phase = Phase.DISCARDING;
        gate.contentBegins();
    }

    private void admit(
            SessionState.Transaction transaction, Consumer<Admission.Admitted> welcome, Consumer<Reply> refused) {
        var admission = reception.admit(transaction);
        if (admission.isComplete()) {
            judged(admission.result(), welcome, refused);
            return;
        }
        phase = Phase.WAITING;
        admission.onSuccess(later -> context.runOnContext(ignored -> {
            if (phase == Phase.CLOSED && later instanceof Admission.Admitted(var unused)) {
                unused.run();
            }
            resume(() -> judged(later, welcome, refused));
        }));
    }

    private static void judged(Admission admission, Consumer<Admission.Admitted> welcome, Consumer<Reply> refused) {
        switch (admission) {
            case Admission.Admitted admitted -> welcome.accept(admitted);
            case Admission.Refused(var reply) -> refused.accept(reply);
        }
    }

    private void answer(Reply reply) {
        // The end of a message or login has a log line of its own.
        if (!reply.positive() && phase == Phase.COMMANDS && !answering) {
            EventLog.denied(reply, remote);
        }
        send(reply);
    }

    private Optional<String> tlsSession() {
        return session.tls()
                ? Optional.of(socket.sslSession().getProtocol() + " "
                        + socket.sslSession().getCipherSuite())
                : Optional.empty();
    }

    private void findSalt(String username) {
        phase = Phase.WAITING;
        logins.salt(username, found -> resume(() -> perform(session.saltFound(found))));
    }

    private void verify(Credentials login) {
        phase = Phase.WAITING;
        logins.verify(login, verdict -> resume(() -> perform(session.verified(verdict))));
    }

    /** Goes on with an answer that was awaited. */
    private void resume(Runnable answer) {
        if (phase == Phase.CLOSED) {
            return;
        }
        phase = Phase.COMMANDS;
        gate.heard();
        answering = true;
        try {
            answer.run();
        } catch (RuntimeException e) {
            LOG.errorf(e, "session of %s is given up", remote);
            hangUp(Replies.GIVEN_UP);
        } finally {
            answering = false;
        }
        if (closing && session.idle()) {
            hangUp(Replies.SHUTTING_DOWN);
            return;
        }
        work();
    }

    private void startTls(Reply reply) {
        if (!input.isEmpty() || gate.isPaused()) {
            hangUp("commands in clear behind STARTTLS", Replies.TALK_BEHIND_STARTTLS);
            return;
        }
        send(reply);
        flush();
        phase = Phase.HANDSHAKE;
        heard = false;
        socket.upgradeToSsl().onComplete(upgraded -> {
            if (phase == Phase.CLOSED) {
                return;
            }
            if (upgraded.failed()) {
                // The failed handshake has its own last words, an alert (RFC 8446 §6.2).
                EventLog.closed("TLS: " + upgraded.cause().getMessage(), remote);
                close();
            } else {
                session.tlsStarted(new TlsChannel(socket.sslSession()));
                phase = Phase.COMMANDS;
                gate.heard();
            }
        });
    }

    /** Reads on, or not: while its own answers are awaited, while the broker lags, and while memory is used up. */
    private void regulate() {
        if (phase == Phase.CLOSED || phase == Phase.HANDSHAKE) {
            return;
        }
        memory.holds(session.envelopeOctets(), input.size());
        boolean wantsMore = !(phase == Phase.WAITING && input.size() > memory.mostAhead())
                && !(phase == Phase.CONTENT && !reception.wantsMore());
        gate.regulate(wantsMore, phase != Phase.WAITING && reception.lacksMemory());
    }

    /**
     * Called every few seconds: closes a silent or slow connection, and refuses a message that has waited too long for
     * memory.
     */
    void sweep(long now) {
        if (phase == Phase.WAITING || phase == Phase.CLOSED) {
            return;
        }
        boolean inContent = phase == Phase.CONTENT || phase == Phase.DISCARDING;
        if (gate.isPaused() && reception.isUnderWay() && !socket.writeQueueFull()) {
            if (gate.waitsLongerThan(LONGEST_MEMORY_WAIT, now)) {
                // Sessions that hold memory and wait for more of it would wait for each other.
                reception.refuse(Replies.OUT_OF_MEMORY, "no memory");
                regulate();
            }
        } else if (inContent && gate.contentIsTooSlow(now)) {
            EventLog.closed("content too slow", remote);
            hangUp(Replies.TOO_SLOW);
        } else if (gate.isSilent(now, phase == Phase.CONTENT)) {
            EventLog.closed("timeout", remote);
            hangUp(Replies.TIMEOUT);
        }
    }

    /** Shutdown: an idle client gets 421 now, a client with a transaction under way at its end. */
    void shutDown() {
        closing = true;
        if ((phase == Phase.COMMANDS || phase == Phase.SCREENING) && session.idle()) {
            hangUp(Replies.SHUTTING_DOWN);
        }
    }

    private void send(Reply reply) {
        output.append(reply.wire());
    }

    private void flush() {
        if (!output.isEmpty()) {
            socket.write(Buffer.buffer(output.toString()));
            output.setLength(0);
        }
    }

    private void close() {
        if (phase == Phase.CLOSED) {
            return;
        }
        flush();
        phase = Phase.CLOSED;
        input.clear();
        socket.end();
    }

    /** The socket is closed. */
    void closed() {
        phase = Phase.CLOSED;
        memory.release();
        reception.connectionClosed();
    }
}
