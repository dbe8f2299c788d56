package io.milena.ingest.connection;

import io.milena.ingest.login.ScramNonces;
import io.milena.ingest.message.IncomingMessage;
import io.milena.ingest.message.Submission;
import io.milena.ingest.quota.Admission;
import io.milena.ingest.tls.TlsChannel;
import io.milena.mail.Trace;
import io.milena.smtp.ChunkDecoder;
import io.milena.smtp.Command;
import io.milena.smtp.ContentDecoder;
import io.milena.smtp.DotDecoder;
import io.milena.smtp.Login;
import io.milena.smtp.Replies;
import io.milena.smtp.Reply;
import io.milena.smtp.SessionState;
import io.milena.smtp.SessionStep;
import io.milena.smtp.SmtpSession;
import io.milena.topics.QueueId;
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
 * One client's connection: frames lines, does what {@link SmtpSession} says and writes the replies of everything that was read at
 * once in one piece (RFC 2920). Runs on its event loop only.
 */
final class SmtpConnection {
    private static final Logger LOG = Logger.getLogger(SmtpConnection.class);

    /** What a client may send ahead of its answers before it is not read any more. */
    private static final int MAX_AHEAD = 64 * 1024;

    /** While others find no room: how long a client may take for a command, and from when on the rate at which content comes counts. */
    private static final Duration BUSY_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration BUSY_RATE_GRACE = Duration.ofMinutes(1);

    private static final Duration LONGEST_MEMORY_WAIT = Duration.ofSeconds(30);

    private static final Runnable NOTHING = () -> {};

    private enum Phase {
        /** The greeting waits: who speaks SMTP waits too. */
        SCREENING,
        COMMANDS,
        /** An answer from auth-service or the broker is awaited; commands wait. */
        WAITING,
        CONTENT,
        /** A chunk that nobody wants is read past. */
        DISCARDING,
        HANDSHAKE,
        CLOSED
    }

    private final NetSocket socket;
    private final Context context;
    private final SmtpService service;
    private final SmtpSession session;
    private final InetAddress address;
    private final String remote;
    private final InputBuffer input = new InputBuffer();
    private final CommandLines lines;
    private final LoginAttempts logins;
    private final StringBuilder output = new StringBuilder();
    private Phase phase = Phase.COMMANDS;
    private boolean heard;

    private boolean paused;
    private boolean awaitsMemory;
    private boolean closing;
    /** The client has closed its side: nothing more comes. */
    private boolean inputEnded;
    /** What the socket held back while it was paused is on its way. */
    private boolean draining;

    /** An answer that is there at once, inside {@link #work}, must not start it again. */
    private boolean working;

    private boolean answering;

    /** When the last whole command, or in content the last octet, came; or when its answer was sent. */
    private long lastHeard = System.nanoTime();

    private long pausedSince;
    private final DataRate rate;
    private IncomingMessage message;
    /** For the message under way, if it is not accepted in the end. */
    private Runnable giveBack = NOTHING;
    /** The decoder of the message, while it comes by BDAT. */
    private ChunkDecoder chunks;
    /** What the chunk under way is answered if another follows. */
    private Reply chunkReply;

    private SessionStep.DiscardChunk discarding;
    private long discardLeft;

    SmtpConnection(NetSocket socket, Context context, SmtpService service, boolean tls) {
        this.socket = socket;
        this.context = context;
        this.service = service;
        this.address = client(socket);
        this.remote = address.getHostAddress();
        this.session = new SmtpSession(
                onLoopback(address, socket) ? service.limitsOnLoopback() : service.limits(),
                service.policy(),
                service.clock(),
                ScramNonces::next,
                address,
                tls ? Optional.of(new TlsChannel(socket.sslSession())) : Optional.empty());
        this.lines = new CommandLines(input, service.strictNewlines());
        this.logins = new LoginAttempts(service, address, context);
        this.rate = new DataRate(service.minDataRate());
    }

    /** A proxy may have no address to tell: then it is its own client. */
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
        lastHeard = System.nanoTime();
        send(session.greeting());
        flush();
    }

    /**
     * A client that has said everything may close its side and read on, as Exim does behind a pipelined QUIT. By default that closes ours too, and
     * it would never hear what became of its message. Only the socket's inner interface tells.
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
        if (inputEnded && !paused && !draining && phase != Phase.WAITING) {
            close();
        }
    }

    /** Says why, and closes. */
    void hangUp(Reply reply) {
        if (phase != Phase.CLOSED && phase != Phase.HANDSHAKE) {
            send(reply);
        }
        close();
    }

    private void received(Buffer read) {
        if (phase == Phase.CLOSED || read.length() == 0) {
            return;
        }
        if (phase == Phase.HANDSHAKE) {
            // RFC 3207 §4.2: what came in clear must never be read inside TLS, however the segments fall.
            drop("octets in clear after STARTTLS");
            return;
        }
        if (phase == Phase.SCREENING) {
            EventLog.closed("talks before the greeting", remote);
            hangUp(Replies.EARLY_TALK);
            return;
        }
        if (phase == Phase.CONTENT || phase == Phase.DISCARDING) {
            lastHeard = System.nanoTime();
            rate.came(read.length());
        }
        if (!heard && foreign(read.getByte(0))) {
            drop("not SMTP");
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
        lastHeard = System.nanoTime();
        switch (next.get()) {
            case CommandLines.Line.Refused(var reply, var bdat) ->
                perform(
                        bdat && !session.awaitsSaslResponse()
                                ? session.on(new Command.UnreadableBdat())
                                : session.onUnreadable(reply));
            case CommandLines.Line.Whole(var line)
            when session.awaitsSaslResponse() -> perform(session.onSaslResponse(line.text()));
            case CommandLines.Line.Whole(var line) when http(line) -> drop("HTTP");
            case CommandLines.Line.Whole(var line) ->
                perform(session.on(service.parser().parse(line.bytes(), line.from(), line.to())));
        }
        return true;
    }

    /** A browser that was led here: the line of its request is the first thing it says, and the body may hold commands. */
    private boolean http(InputBuffer.Line line) {
        if (!(session.state() instanceof SessionState.Connected)) {
            return false;
        }
        return line.text().contains(" HTTP/");
    }

    private boolean content() {
        input.used(message.receive(input.bytes(), input.from(), input.to()));
        boolean chunkEnded = chunks != null && chunks.chunkEnded();
        // RFC 3030 §2: what is wrong with a message is told with the chunk that shows it.
        if (!message.complete() && !(chunkEnded && message.isRefused())) {
            if (chunkEnded) {
                session.chunkEnded();
                phase = Phase.COMMANDS;
                send(chunkReply);
            }
            return chunkEnded;
        }
        phase = Phase.WAITING;
        long dot = System.nanoTime();
        var finished = message;
        finished.finish(verdict -> stored(verdict, dot));
        return phase != Phase.WAITING;
    }

    private boolean discard() {
        int count = (int) Math.min(discardLeft, input.size());
        input.used(input.from() + count);
        discardLeft -= count;
        if (discardLeft > 0) {
            return false;
        }
        phase = Phase.COMMANDS;
        perform(session.chunkDiscarded(discarding.reply()));
        return true;
    }

    private void perform(SessionStep step) {
        switch (step) {
            case SessionStep.Answer(var reply) -> answer(reply);
            case SessionStep.Hangup(var reply) -> {
                send(reply);
                close();
            }
            case SessionStep.StartTls(var reply) -> startTls(reply);
            case SessionStep.Verify(var login) -> verify(login);
            case SessionStep.FindSalt(var username) -> findSalt(username);
            case SessionStep.ReceiveContent(var reply, var client, var transaction) ->
                receiveContent(reply, client, transaction);
            case SessionStep.ReceiveChunk chunk -> receiveChunk(chunk);
            case SessionStep.DiscardChunk chunk -> discard(chunk);
        }
        if (message != null && phase != Phase.WAITING && !session.receiving()) {
            // RSET, EHLO or STARTTLS between two chunks.
            message.abandon();
            message = null;
            notAccepted();
        }
    }

    private void receiveChunk(SessionStep.ReceiveChunk chunk) {
        if (chunk.first()) {
            if (service.surroundings().budget().usedUp()) {
                session.contentEnded(Replies.OUT_OF_MEMORY);
                discard(new SessionStep.DiscardChunk(Replies.OUT_OF_MEMORY, chunk.size()));
                return;
            }
            admit(
                    chunk.transaction(),
                    () -> {
                        chunks = new ChunkDecoder(service.surroundings().bareNewline());
                        begin(chunk.client(), chunk.transaction(), chunks);
                        takeChunk(chunk);
                    },
                    refusal -> {
                        session.contentEnded(refusal);
                        discard(new SessionStep.DiscardChunk(refusal, chunk.size()));
                    });
            return;
        }
        takeChunk(chunk);
    }

    private void takeChunk(SessionStep.ReceiveChunk chunk) {
        chunkReply = chunk.reply();
        chunks.begin(chunk.size(), chunk.last());
        phase = Phase.CONTENT;
        rate.begin(System.nanoTime());
    }

    /** Within the account's limits, or not; whoever comes too fast may have to wait. */
    private void admit(SessionState.Transaction transaction, Runnable welcome, Consumer<Reply> refused) {
        if (transaction.returned()) {
            welcome.run();
            return;
        }
        var admission = service.quotas().admit(transaction.account());
        if (admission.isComplete()) {
            admitted(admission.result(), welcome, refused);
            return;
        }
        phase = Phase.WAITING;
        admission.onSuccess(later -> context.runOnContext(ignored -> {
            if (phase == Phase.CLOSED && later instanceof Admission.Admitted(var unused)) {
                unused.run();
            }
            resume(() -> admitted(later, welcome, refused));
        }));
    }

    private void admitted(Admission admission, Runnable welcome, Consumer<Reply> refused) {
        switch (admission) {
            case Admission.Admitted(var unused) -> {
                giveBack = unused;
                welcome.run();
            }
            case Admission.Refused(var reply) -> refused.accept(reply);
        }
    }

    private void notAccepted() {
        giveBack.run();
        giveBack = NOTHING;
    }

    private void discard(SessionStep.DiscardChunk chunk) {
        discarding = chunk;
        discardLeft = chunk.size();
        phase = Phase.DISCARDING;
        rate.begin(System.nanoTime());
    }

    private void answer(Reply reply) {
        // What became of a message or a login has a line of its own.
        if (!reply.positive() && phase == Phase.COMMANDS && !answering) {
            EventLog.denied(reply, remote);
        }
        send(reply);
    }

    private void receiveContent(Reply reply, SessionState.Client client, SessionState.Transaction transaction) {
        if (service.surroundings().budget().usedUp()) {
            perform(session.contentEnded(Replies.OUT_OF_MEMORY));
            return;
        }
        admit(
                transaction,
                () -> {
                    chunks = null;
                    begin(
                            client,
                            transaction,
                            new DotDecoder(service.surroundings().bareNewline()));
                    phase = Phase.CONTENT;
                    rate.begin(System.nanoTime());
                    send(reply);
                },
                refusal -> {
                    if (answering) {
                        EventLog.denied(refusal, remote);
                    }
                    perform(session.contentEnded(refusal));
                });
    }

    private void begin(SessionState.Client client, SessionState.Transaction transaction, ContentDecoder decoder) {
        var now = service.clock().instant();
        var id = QueueId.next(now.toEpochMilli());
        var trace = new Trace(
                client.name(),
                remote,
                client.extended(),
                tlsSession(),
                client.identity().isPresent(),
                transaction.mail().parameters().smtpUtf8(),
                service.limits().hostname(),
                id,
                transaction.mail().parameters().priority());
        message = new IncomingMessage(
                service.surroundings(),
                new Submission(id, transaction, trace, now, service.lifetime().of(transaction)),
                decoder,
                task -> context.runOnContext(ignored -> task.run()),
                this::regulate);
    }

    private Optional<String> tlsSession() {
        return session.tls()
                ? Optional.of(socket.sslSession().getProtocol() + " "
                        + socket.sslSession().getCipherSuite())
                : Optional.empty();
    }

    private void stored(IncomingMessage.Verdict verdict, long dot) {
        var id = message.id();
        message = null;
        var reply =
                switch (verdict) {
                    case IncomingMessage.Verdict.Accepted(var mail, var otherPriority) -> {
                        giveBack = NOTHING;
                        long took = System.nanoTime() - dot;
                        service.metrics().accepted(took);
                        EventLog.accepted(mail.envelope(), remote, took / 1_000_000);
                        yield otherPriority
                                ? Replies.queuedWithPriority(mail.envelope().priority(), id)
                                : Replies.queued(id);
                    }
                    case IncomingMessage.Verdict.Refused(var refusal, var reason) -> {
                        notAccepted();
                        service.metrics().refused(refusal.transientFailure());
                        EventLog.refused(id, refusal, reason, remote);
                        yield refusal;
                    }
                };
        resume(() -> perform(session.contentEnded(reply)));
    }

    private void findSalt(String username) {
        phase = Phase.WAITING;
        logins.salt(username, found -> resume(() -> perform(session.saltFound(found))));
    }

    private void verify(Login login) {
        phase = Phase.WAITING;
        logins.verify(login, verdict -> resume(() -> perform(session.verified(verdict))));
    }

    /** An answer that was awaited is here. */
    private void resume(Runnable answer) {
        if (phase == Phase.CLOSED) {
            return;
        }
        phase = Phase.COMMANDS;
        lastHeard = System.nanoTime();
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
        if (!input.isEmpty() || paused) {
            drop("commands in clear behind STARTTLS");
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
                drop("TLS: " + upgraded.cause().getMessage());
            } else {
                session.tlsStarted(new TlsChannel(socket.sslSession()));
                phase = Phase.COMMANDS;
                lastHeard = System.nanoTime();
            }
        });
    }

    /** Reads on, or not: while its own answers are awaited, while the broker lags, and while memory is used up. */
    private void regulate() {
        if (phase == Phase.CLOSED || phase == Phase.HANDSHAKE) {
            return;
        }
        boolean full = message != null
                && phase != Phase.WAITING
                && !message.isRefused()
                && service.surroundings().budget().usedUp();
        if (full) {
            message.spill();
            awaitMemory();
        }
        boolean stop = full
                || phase == Phase.WAITING && input.size() > MAX_AHEAD
                || phase == Phase.CONTENT && !message.wantsMore()
                || socket.writeQueueFull();
        if (socket.writeQueueFull()) {
            socket.drainHandler(drained -> regulate());
        }
        if (stop && !paused) {
            paused = true;
            pausedSince = System.nanoTime();
            socket.pause();
        } else if (!stop && paused) {
            paused = false;
            lastHeard = System.nanoTime();
            rate.waited(lastHeard - pausedSince);
            draining = true;
            socket.resume();
            // Runs behind what was held back.
            context.runOnContext(drained -> {
                draining = false;
                closeIfAllIsSaid();
            });
        }
    }

    private void awaitMemory() {
        if (!awaitsMemory) {
            awaitsMemory = true;
            service.surroundings()
                    .budget()
                    .whenFree(() -> context.runOnContext(free -> {
                        awaitsMemory = false;
                        regulate();
                    }));
        }
    }

    /** Called every few seconds: closes what is silent, and ends the wait of a message for which no memory comes free. */
    void sweep(long now) {
        if (phase == Phase.WAITING || phase == Phase.CLOSED) {
            return;
        }
        if (paused && message != null && !socket.writeQueueFull()) {
            if (now - pausedSince > LONGEST_MEMORY_WAIT.toNanos()) {
                // Sessions that hold memory and wait for more of it would wait for each other.
                message.refuse(Replies.OUT_OF_MEMORY, "no memory");
                regulate();
            }
            return;
        }
        if ((phase == Phase.CONTENT || phase == Phase.DISCARDING) && rate.tooSlow(now, rateGrace())) {
            EventLog.closed("content too slow", remote);
            hangUp(Replies.TOO_SLOW);
        } else if (now - lastHeard > patience().toNanos()) {
            EventLog.closed("timeout", remote);
            hangUp(Replies.TIMEOUT);
        }
    }

    private Duration patience() {
        return phase == Phase.CONTENT ? service.commandTimeout() : atMost(BUSY_TIMEOUT);
    }

    private Duration rateGrace() {
        return atMost(BUSY_RATE_GRACE);
    }

    /** The time-out, or less while the server is busy. */
    private Duration atMost(Duration whenBusy) {
        var timeout = service.commandTimeout();
        return service.connectionCounts().busy() && whenBusy.compareTo(timeout) < 0 ? whenBusy : timeout;
    }

    /** Shutdown: an idle client hears it now, one with a transaction under way at its end. */
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

    private void drop(String reason) {
        EventLog.closed(reason, remote);
        output.setLength(0);
        close();
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

    /** The socket is gone. */
    void closed() {
        phase = Phase.CLOSED;
        if (message != null && !message.complete()) {
            message.abandon();
            notAccepted();
        }
    }
}
