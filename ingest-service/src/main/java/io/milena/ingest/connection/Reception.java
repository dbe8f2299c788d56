package io.milena.ingest.connection;

import io.milena.ingest.message.IncomingMessage;
import io.milena.ingest.message.Submission;
import io.milena.ingest.quota.Admission;
import io.milena.mail.Trace;
import io.milena.smtp.ChunkDecoder;
import io.milena.smtp.ContentDecoder;
import io.milena.smtp.DotDecoder;
import io.milena.smtp.Replies;
import io.milena.smtp.Reply;
import io.milena.smtp.SessionState;
import io.milena.smtp.SessionStep;
import io.milena.topics.QueueId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The message that arrives over one connection, by DATA or in chunks (RFC 3030), from its admission to its verdict; and
 * chunks that are read past. At most one at a time. Runs on the connection's event loop only.
 */
final class Reception {
    private static final Runnable NOTHING = () -> {};

    /** The effect of octets that came. */
    enum Progress {
        /** More octets are needed. */
        MORE,
        /** A chunk has come whole; another is to follow. */
        CHUNK_ENDED,
        /** The content is too large and does not end. */
        ENDLESS,
        /** The message has ended, or is refused at the end of a chunk: it wants its {@link #finish verdict}. */
        ENDED
    }

    private final SharedParts shared;
    private final String remote;
    private final Context context;
    private final Runnable onProgress;
    private IncomingMessage message;
    /** Gives the message's place in the account's limits back, if it is not accepted in the end. */
    private Runnable giveBack = NOTHING;
    /** The decoder of the message, while it comes by BDAT. */
    private ChunkDecoder chunks;
    /** The reply to the chunk under way if another follows. */
    private Reply chunkReply;

    private Reply discardReply;
    private long discardLeft;

    /** {@code onProgress} is called when {@link #wantsMore} may have changed. */
    Reception(SharedParts shared, String remote, Context context, Runnable onProgress) {
        this.shared = shared;
        this.remote = remote;
        this.context = context;
        this.onProgress = onProgress;
    }

    /**
     * Whether there is memory for one message more, and room in the account's limits; a client that is too fast waits.
     * Completes on any thread.
     */
    Future<Admission> admit(SessionState.Transaction transaction) {
        if (shared.surroundings().budget().usedUp()) {
            return Future.succeededFuture(new Admission.Refused(Replies.OUT_OF_MEMORY));
        }
        return transaction.returned()
                ? Future.succeededFuture(
                        shared.returnRates().admits(returnAddress(transaction), ConnectionCounts.network(remote))
                                ? new Admission.Admitted(NOTHING)
                                : new Admission.Refused(Replies.TOO_MANY_RETURNS))
                : shared.quotas().admit(transaction.account());
    }

    /** Hosts change the letter case of a return address. */
    private static String returnAddress(SessionState.Transaction transaction) {
        return transaction.recipients().getFirst().forwardPath().toString().toLowerCase(Locale.ROOT);
    }

    /** Begins a message by DATA that was admitted. */
    void begin(
            Admission.Admitted admitted,
            SessionState.Client client,
            SessionState.Transaction transaction,
            Optional<String> tls) {
        chunks = null;
        begin(
                admitted,
                client,
                transaction,
                tls,
                new DotDecoder(shared.surroundings().bareNewline()));
    }

    /** Begins a message by BDAT that was admitted; {@link #takeChunk} is next. */
    void beginChunks(
            Admission.Admitted admitted,
            SessionState.Client client,
            SessionState.Transaction transaction,
            Optional<String> tls) {
        chunks = new ChunkDecoder(shared.surroundings().bareNewline());
        begin(admitted, client, transaction, tls, chunks);
    }

    private void begin(
            Admission.Admitted admitted,
            SessionState.Client client,
            SessionState.Transaction transaction,
            Optional<String> tls,
            ContentDecoder decoder) {
        giveBack = admitted.giveBack();
        var now = shared.clock().instant();
        var id = QueueId.next(now.toEpochMilli());
        var trace = new Trace(
                client.name(),
                remote,
                client.extended(),
                tls,
                client.identity().isPresent(),
                transaction.mail().parameters().smtpUtf8(),
                shared.limits().hostname(),
                id,
                transaction.mail().parameters().priority());
        message = new IncomingMessage(
                shared.surroundings(),
                new Submission(id, transaction, trace, now, shared.lifetime().of(transaction)),
                decoder,
                task -> context.runOnContext(ignored -> task.run()),
                onProgress);
    }

    void takeChunk(SessionStep.ReceiveChunk chunk) {
        chunkReply = chunk.reply();
        chunks.begin(chunk.size(), chunk.last());
    }

    Reply chunkReply() {
        return chunkReply;
    }

    /** Takes what belongs to the message. */
    Progress receive(InputBuffer input) {
        input.used(message.receive(input.bytes(), input.from(), input.to()));
        boolean chunkEnded = chunks != null && chunks.chunkEnded();
        // RFC 3030 §2: what is wrong with a message is told with the chunk that shows it.
        if (message.complete() || chunkEnded && message.isRefused()) {
            return Progress.ENDED;
        }
        if (message.endless()) {
            return Progress.ENDLESS;
        }
        return chunkEnded ? Progress.CHUNK_ENDED : Progress.MORE;
    }

    /** Has the message stored, and tells on the event loop the reply to its end. */
    void finish(Consumer<Reply> ended) {
        long end = System.nanoTime();
        message.finish(verdict -> ended.accept(reply(verdict, end)));
    }

    private Reply reply(IncomingMessage.Verdict verdict, long end) {
        var id = message.id();
        message = null;
        return switch (verdict) {
            case IncomingMessage.Verdict.Accepted(var mail, var otherPriority) -> {
                giveBack = NOTHING;
                long took = System.nanoTime() - end;
                shared.metrics().accepted(took);
                EventLog.accepted(mail.envelope(), remote, took / 1_000_000);
                yield otherPriority
                        ? Replies.queuedWithPriority(mail.envelope().wishes().priority(), id)
                        : Replies.queued(id);
            }
            case IncomingMessage.Verdict.Refused(var refusal, var reason) -> {
                notAccepted();
                shared.metrics().refused(refusal.transientFailure());
                EventLog.refused(id, refusal, reason, remote);
                yield refusal;
            }
        };
    }

    /** Begins to read past a chunk. */
    void discard(SessionStep.DiscardChunk chunk) {
        discardReply = chunk.reply();
        discardLeft = chunk.size();
    }

    /** Reads past what belongs to the chunk; its reply once it is gone. */
    Optional<Reply> discard(InputBuffer input) {
        int count = (int) Math.min(discardLeft, input.size());
        input.used(input.from() + count);
        discardLeft -= count;
        return discardLeft > 0 ? Optional.empty() : Optional.of(discardReply);
    }

    boolean isUnderWay() {
        return message != null;
    }

    /** Whether the connection should read on: not while the broker lags behind the message. */
    boolean wantsMore() {
        return message.wantsMore();
    }

    /**
     * Whether a message would need memory that is not there; it then sends on what it holds, so that some comes free.
     */
    boolean lacksMemory() {
        if (message == null
                || message.isRefused()
                || !shared.surroundings().budget().usedUp()) {
            return false;
        }
        message.spill();
        return true;
    }

    /** Refuses the message under way; what still arrives of it is read past. */
    void refuse(Reply reply, String reason) {
        message.refuse(reply, reason);
    }

    /** Forgets the message under way, which the client has given up between two chunks. */
    void abandon() {
        message.abandon();
        message = null;
        notAccepted();
    }

    /** The client is gone. A message that has come whole is stored all the same. */
    void connectionClosed() {
        if (message != null && !message.complete()) {
            message.abandon();
            notAccepted();
        }
    }

    private void notAccepted() {
        giveBack.run();
        giveBack = NOTHING;
    }
}
