package io.milena.ingest.message;

import io.milena.mail.HeaderField;
import io.milena.mail.HeaderScanner;
import io.milena.mail.RelaxedBodyHash;
import io.milena.mail.SubmittedHeader;
import io.milena.smtp.ContentDecoder;
import io.milena.smtp.Parsed;
import io.milena.smtp.Replies;
import io.milena.smtp.Reply;
import io.milena.topics.BodyReference;
import io.milena.topics.MailRecord;
import io.milena.topics.RecordSize;
import io.milena.topics.Topics;
import io.milena.topics.kafka.RecordBudget;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * A message while its content arrives: decoded, its header section edited, its body hashed, and what is too large to stay in memory
 * sent on in chunks. The verdict comes when the broker has everything. Confined to its connection's event loop.
 */
public final class IncomingMessage {
    /** Chunks of one message that may be on their way to the broker: more would be another's memory. */
    private static final int MAX_CHUNKS_UNDER_WAY = 2;

    private static final int SMALLEST_SPILL = 16 * 1024;
    /** What the fan-out's records of one message may come to together, its header section and the first few KB of body aside. */
    private static final int FAN_OUT_SIZE = 1024 * 1024;

    /** Header sections of all those records: one transaction has to write them in seconds. */
    private static final long LARGEST_FAN_OUT = 16L * 1024 * 1024;

    private static final int SMALLEST_INLINE = 4 * 1024;
    private static final byte[] NONE = {};

    /** How it ended. */
    public sealed interface Verdict {
        /** {@code otherPriority} if the message has another priority than it asked for. */
        record Accepted(MailRecord mail, boolean otherPriority) implements Verdict {}

        record Refused(Reply reply, String reason) implements Verdict {}
    }

    /** What all messages need. */
    public record Surroundings(
            MailPublisher publisher,
            MemoryBudget budget,
            int inlineLimit,
            long maxMessageSize,
            RecordBudget records,
            ContentDecoder.BareNewline bareNewline,
            SenderPolicy senders,
            PriorityPolicy priorities) {}

    private final Surroundings around;
    private final Submission submission;
    private final Executor eventLoop;
    private final Runnable onProgress;
    /** How many records the fan-out makes of it. */
    private final int domains;
    /** Content up to this size travels in its record. */
    private final int inline;

    private final ContentDecoder decoder;
    private final HeaderScanner header = new HeaderScanner();
    private final RelaxedBodyHash hash = new RelaxedBodyHash();
    private SubmittedHeader submitted;
    private PriorityPolicy.Assigned priority;
    private byte[] body = NONE;
    private int bodyLength;
    /** Octets of content so far; octets of body so far. */
    private long size;

    private long bodySize;
    private long held;
    private boolean chunked;
    private int partition;
    private final List<Long> offsets = new ArrayList<>();
    private int chunksUnderWay;
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
        this.onProgress = onProgress;
        this.domains = submission.domains();
        // The record is written once for each domain: where they are many, a body of some size is better written once,
        // by itself.
        this.inline = Math.min(around.inlineLimit(), Math.max(SMALLEST_INLINE, FAN_OUT_SIZE / domains));
        this.decoder = decoder;
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

    /** Whether it will not be taken: what still arrives is only read, and takes no memory. */
    public boolean isRefused() {
        return refused != null;
    }

    /** Whether the connection should read on: not while the broker lags behind this message. */
    public boolean wantsMore() {
        return refused != null || chunksUnderWay < MAX_CHUNKS_UNDER_WAY;
    }

    private void content(byte[] bytes, int offset, int length) {
        size += length;
        if (refused != null) {
            return;
        }
        if (size > around.maxMessageSize()) {
            refuse(Replies.TOO_BIG, "larger than " + around.maxMessageSize());
            return;
        }
        int from = offset;
        if (header.state() == HeaderScanner.State.SCANNING) {
            from = header.scan(bytes, offset, offset + length);
            hold(from - offset);
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
        hash.update(bytes, offset, length);
        hold(length);
        bodySize += length;
        int from = offset;
        int left = length;
        while (left > 0) {
            if (!chunked && submitted.octets().length + bodyLength + left > inline) {
                chunked = true;
                partition = around.publisher().bodyPartition(submission.id());
            }
            int room = chunked ? Math.min(left, around.inlineLimit() - bodyLength) : left;
            append(bytes, from, room);
            from += room;
            left -= room;
            if (chunked && bodyLength == around.inlineLimit()) {
                sendChunk();
            }
        }
    }

    private void append(byte[] bytes, int offset, int length) {
        if (bodyLength + length > body.length) {
            int wanted = Math.max(bodyLength + length, Math.min(body.length * 2, around.inlineLimit()));
            body = Arrays.copyOf(body, Math.max(wanted, 2048));
        }
        System.arraycopy(bytes, offset, body, bodyLength, length);
        bodyLength += length;
    }

    /** Memory is used up: sends on what there is, so that it comes free. */
    public void spill() {
        if (refused == null && submitted != null && bodyLength >= SMALLEST_SPILL && !complete()) {
            if (!chunked) {
                chunked = true;
                partition = around.publisher().bodyPartition(submission.id());
            }
            sendChunk();
        }
    }

    private void sendChunk() {
        byte[] chunk = bodyLength == body.length ? body : Arrays.copyOf(body, bodyLength);
        body = NONE;
        bodyLength = 0;
        chunksUnderWay++;
        held -= chunk.length;
        var mail = new ProducerRecord<>(
                Topics.BODIES, partition, submission.id().getBytes(StandardCharsets.US_ASCII), chunk);
        around.publisher().publish(mail, (metadata, failure) -> {
            around.budget().release(chunk.length);
            eventLoop.execute(() -> {
                chunksUnderWay--;
                if (failure == null) {
                    offsets.add(metadata.offset());
                } else {
                    refuse(notStored(failure), failure.toString());
                }
                onProgress.run();
                store();
            });
        });
    }

    /** Refuses the message; the first reason counts. What still arrives of it is read and forgotten, so that the session stays in step. */
    public void refuse(Reply reply, String reason) {
        if (refused == null) {
            refused = new Verdict.Refused(reply, reason);
            forget();
        }
    }

    private void forget() {
        body = NONE;
        bodyLength = 0;
        around.budget().release(held);
        held = 0;
    }

    private void hold(int octets) {
        held += octets;
        around.budget().take(octets);
    }

    /** The content is complete: stores the message and tells, on the event loop, what came of it. */
    public void finish(Consumer<Verdict> done) {
        whenDone = done;
        if (refused == null && submitted == null) {
            header.end();
            headerEnded();
        }
        if (refused == null && chunked && bodyLength > 0) {
            sendChunk();
        }
        store();
    }

    /** The last record goes when all before it are safe. */
    private void store() {
        if (whenDone == null || chunksUnderWay > 0) {
            return;
        }
        if (refused != null) {
            done(refused);
            return;
        }
        var done = whenDone;
        whenDone = null;
        long releasing = held;
        held = 0;
        var mail = mail();
        var record = submission.route(mail);
        int octets = RecordSize.octets(record);
        if (octets > around.records().first()) {
            // It would not be taken later either.
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

    /** RFC 5321 §4.2.2: 451 is for what may go another time. */
    private static Reply notStored(Exception failure) {
        return failure instanceof RecordTooLargeException ? Replies.RECORD_TOO_LARGE : Replies.NOT_STORED;
    }

    private void done(Verdict verdict) {
        var done = whenDone;
        whenDone = null;
        done.accept(verdict);
    }

    private MailRecord mail() {
        byte[] section = submitted.octets();
        byte[] value = section;
        if (!chunked) {
            value = Arrays.copyOf(section, section.length + bodyLength);
            System.arraycopy(body, 0, value, section.length, bodyLength);
        }
        body = NONE;
        return new MailRecord(
                submission.envelope(
                        submitted.fromDomain(),
                        decoder.eightBit(),
                        submitted.tlsOptional(),
                        priority.level(),
                        section.length,
                        section.length + bodySize,
                        hash.finish(),
                        chunked ? Optional.of(new BodyReference(partition, offsets)) : Optional.empty()),
                value);
    }

    /** The connection is gone before the content's end. */
    public void abandon() {
        refuse(Replies.NOT_STORED, "the client is gone");
    }
}
