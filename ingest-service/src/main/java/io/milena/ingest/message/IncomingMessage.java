package io.milena.ingest.message;

import io.milena.mail.HeaderField;
import io.milena.mail.HeaderScanner;
import io.milena.mail.RelaxedBodyHash;
import io.milena.mail.SubmittedHeader;
import io.milena.mail.UsableField;
import io.milena.smtp.ContentDecoder;
import io.milena.smtp.Parsed;
import io.milena.smtp.Replies;
import io.milena.smtp.Reply;
import io.milena.smtp.SessionLimits;
import io.milena.topics.MailRecord;
import io.milena.topics.RecordSize;
import io.milena.topics.kafka.RecordBudget;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * A message while its content arrives: it is decoded, its header section is judged and edited, its body is hashed and
 * kept by {@link BodyPieces}. The verdict comes when the broker has acknowledged everything. Confined to its
 * connection's event loop.
 */
public final class IncomingMessage {
    /** Octets of body that the fan-out's records of one message may have together, beyond a few KB each. */
    private static final int FAN_OUT_SIZE = 1024 * 1024;

    /** Octets of header section in all those records: one transaction must write them within seconds. */
    private static final long LARGEST_FAN_OUT = 16L * 1024 * 1024;

    private static final int SMALLEST_INLINE = 4 * 1024;

    /** The end of a message. */
    public sealed interface Verdict {
        /** The broker has the message; {@code otherPriority} if it has another priority than it asked for. */
        record Accepted(MailRecord mail, boolean otherPriority) implements Verdict {}

        record Refused(Reply reply, String reason) implements Verdict {}
    }

    /** The parts and limits that all messages share. */
    public record Surroundings(
            MailPublisher publisher,
            MemoryBudget budget,
            int inlineLimit,
            SessionLimits limits,
            RecordBudget records,
            ContentDecoder.BareNewline bareNewline,
            SenderPolicy senders,
            PriorityPolicy priorities,
            TagPolicy tags) {}

    private final Surroundings around;
    private final Submission submission;
    private final Executor eventLoop;
    /** Number of records that the fan-out makes of the message. */
    private final int domains;
    /** Content up to this size travels in its record. */
    private final int inline;

    private final ContentDecoder decoder;
    private final BodyPieces body;
    private final HeaderScanner header = new HeaderScanner();
    private final RelaxedBodyHash hash = new RelaxedBodyHash();
    private SubmittedHeader submitted;
    private PriorityPolicy.Assigned priority;
    private Optional<String> tag = Optional.empty();
    /** Octets of content so far; octets of body so far. */
    private long size;

    private long bodySize;
    private Verdict.Refused refused;
    private Consumer<Verdict> whenDone;

    /** {@code onProgress} is called on the event loop whenever {@link #wantsMore} may have changed. */
    public IncomingMessage(
            Surroundings around,
            Submission submission,
            ContentDecoder decoder,
            Executor eventLoop,
            Runnable onProgress) {
        this.around = around;
        this.submission = submission;
        this.eventLoop = eventLoop;
        this.domains = submission.domains();
        // The record is written once for each domain: for many domains a body is better written once, in chunks.
        this.inline = Math.min(around.inlineLimit(), Math.max(SMALLEST_INLINE, FAN_OUT_SIZE / domains));
        this.decoder = decoder;
        this.body = new BodyPieces(
                around.publisher(),
                around.budget(),
                submission.id(),
                around.inlineLimit(),
                eventLoop,
                failure -> refuse(bodyNotStored(failure), failure.toString()),
                () -> {
                    onProgress.run();
                    store();
                });
    }

    /** Takes octets from the connection; returns the index after those that belong to this message. */
    public int receive(byte[] bytes, int from, int to) {
        int at = decoder.decode(bytes, from, to, this::content);
        decoder.fault().ifPresent(fault -> refuse(fault, fault.lines().getFirst()));
        return at;
    }

    public String id() {
        return submission.id();
    }

    /** Whether the content has come to its end. */
    public boolean complete() {
        return decoder.ended();
    }

    /** Whether the message is refused: content that still arrives is read past and takes no memory. */
    public boolean isRefused() {
        return refused != null;
    }

    /**
     * Whether content that is refused for its size goes on and on: the client gets no reply before its end, and reading
     * past it costs us as much as the largest message does.
     */
    public boolean endless() {
        return size > 2 * maxSize();
    }

    private long maxSize() {
        return around.limits().maxContent(submission.transaction().returned());
    }

    /** Whether the connection should read on: not while the broker lags behind this message. */
    public boolean wantsMore() {
        return refused != null || body.wantsMore();
    }

    private void content(byte[] bytes, int offset, int length) {
        size += length;
        if (refused != null) {
            return;
        }
        if (size > maxSize()) {
            refuse(Replies.TOO_BIG, "larger than " + maxSize());
            return;
        }
        int from = offset;
        if (header.state() == HeaderScanner.State.SCANNING) {
            from = header.scan(bytes, offset, offset + length);
            body.hold(from - offset);
            if (header.state() != HeaderScanner.State.SCANNING) {
                headerEnded();
            }
        }
        if (refused == null && from < offset + length) {
            body(bytes, from, offset + length - from);
        }
    }

    private void headerEnded() {
        switch (header.state()) {
            case TOO_LARGE -> refuse(Replies.HEADER_TOO_LARGE, "header section too large");
            case TOO_MANY_FIELDS -> refuse(Replies.TOO_MANY_FIELDS, "too many header fields");
            case SCANNING -> throw new IllegalStateException("the header section has not ended");
            case COMPLETE -> {
                switch (edited(fields())) {
                    case Parsed.Bad<SubmittedHeader>(var reply) ->
                        refuse(reply, reply.lines().getFirst());
                    case Parsed.Good<SubmittedHeader>(var edited)
                    when (long) edited.octets().length * domains > LARGEST_FAN_OUT ->
                        refuse(Replies.HEADER_TOO_LARGE_FOR_DOMAINS, "header section too large for its domains");
                    case Parsed.Good<SubmittedHeader>(var edited)
                    when edited.octets().length > around.records().content() ->
                        refuse(Replies.RECORD_TOO_LARGE, "header section too large for a record");
                    case Parsed.Good<SubmittedHeader>(var edited) -> begin(edited);
                }
            }
        }
    }

    private void begin(SubmittedHeader edited) {
        switch (around.priorities().assign(submission.transaction(), edited.priority())) {
            case Parsed.Bad<PriorityPolicy.Assigned>(var reply) ->
                refuse(reply, reply.lines().getFirst());
            case Parsed.Good<PriorityPolicy.Assigned>(var assigned) -> {
                priority = assigned;
                beginTagged(edited);
            }
        }
    }

    private void beginTagged(SubmittedHeader edited) {
        switch (around.tags().assign(submission.transaction(), edited.tags())) {
            case Parsed.Bad<Optional<String>>(var reply) ->
                refuse(reply, reply.lines().getFirst());
            case Parsed.Good<Optional<String>>(var assigned) -> {
                tag = assigned;
                submitted = edited;
                var start = header.bodyStart();
                if (start.length > 0) {
                    body(start, 0, start.length);
                }
            }
        }
    }

    private List<HeaderField> fields() {
        byte[] section = header.fields();
        return HeaderField.parse(section, section.length);
    }

    private Parsed<SubmittedHeader> edited(List<HeaderField> fields) {
        var submitter = submission.transaction().submitter();
        if (submitter.isPresent() && !UsableField.hasFrom(fields)) {
            return Parsed.bad(Replies.FROM_MISSING);
        }
        var refusal = submitter.flatMap(identity -> around.senders().refuses(identity.account(), fields));
        if (refusal.isPresent()) {
            return Parsed.bad(refusal.get());
        }
        boolean utf8 = submission.transaction().mail().parameters().smtpUtf8();
        var sender = submitter
                .flatMap(identity -> around.senders().sender(identity.account(), identity.username(), fields))
                .filter(mailbox -> utf8 || !mailbox.utf8());
        return SubmittedHeader.edit(fields, sender, submission.trace(), submission.at());
    }

    private void body(byte[] bytes, int offset, int length) {
        int room = inline - submitted.octets().length;
        int kept = submission.transaction().returned()
                // A report has its status before the message that it returns; the rest is not read by anyone.
                ? (int) Math.clamp(room - bodySize, 0, length)
                : length;
        hash.update(bytes, offset, kept);
        body.hold(kept);
        bodySize += kept;
        body.append(bytes, offset, kept, room);
    }

    /** Memory is used up: sends the body so far to the broker, so that memory comes free. */
    public void spill() {
        if (refused == null && submitted != null && !complete()) {
            body.spill();
        }
    }

    /** Refuses the message; the first reason counts. Content that still arrives is read past, so that the session
     * stays in step. */
    public void refuse(Reply reply, String reason) {
        if (refused == null) {
            refused = new Verdict.Refused(reply, reason);
            body.forget();
        }
    }

    /** The content is complete: stores the message, and gives the verdict on the event loop. */
    public void finish(Consumer<Verdict> done) {
        whenDone = done;
        if (refused == null && submitted == null) {
            header.end();
            headerEnded();
        }
        if (refused == null) {
            body.end();
        }
        store();
    }

    /** The message's record is sent when all its chunks are safe. */
    private void store() {
        if (whenDone == null || body.isUnderWay()) {
            return;
        }
        if (refused != null) {
            done(refused);
            return;
        }
        var done = whenDone;
        whenDone = null;
        long releasing = body.takeHeld();
        var mail = mail();
        var record = submission.route(mail);
        int octets = RecordSize.octets(record);
        if (octets > around.records().first()) {
            // The record would not be taken later either.
            around.budget().release(releasing);
            done.accept(new Verdict.Refused(
                    Replies.RECORD_TOO_LARGE,
                    "a record of " + octets + " octets (expected: "
                            + around.records().first() + " at most)"));
            return;
        }
        around.publisher().publish(record, (metadata, failure) -> {
            around.budget().release(releasing);
            eventLoop.execute(() -> done.accept(
                    failure == null
                            ? new Verdict.Accepted(mail, priority.changed())
                            : new Verdict.Refused(notStored(failure), failure.toString())));
        });
    }

    /** Without its envelope a body is no message, wherever it may be. */
    private static Reply bodyNotStored(Exception failure) {
        return failure instanceof RecordTooLargeException ? Replies.RECORD_TOO_LARGE : Replies.NOT_STORED;
    }

    /** RFC 5321 §4.2.2: 451 is for messages that may be stored another time. */
    private static Reply notStored(Exception failure) {
        return switch (failure) {
            case RecordTooLargeException tooLarge -> Replies.RECORD_TOO_LARGE;
            case MailPublisher.NotSentException notSent -> Replies.NOT_STORED;
            default -> Replies.PERHAPS_STORED;
        };
    }

    private void done(Verdict verdict) {
        var done = whenDone;
        whenDone = null;
        done.accept(verdict);
    }

    private MailRecord mail() {
        byte[] section = submitted.octets();
        return new MailRecord(
                submission.envelope(
                        submitted.fromDomain(),
                        decoder.eightBit(),
                        submitted.tlsOptional(),
                        priority.level(),
                        tag,
                        section.length,
                        section.length + bodySize,
                        hash.finish(),
                        body.reference()),
                body.behind(section));
    }

    /** The connection was closed before the end of the content. */
    public void abandon() {
        refuse(Replies.NOT_STORED, "the client is gone");
    }
}
