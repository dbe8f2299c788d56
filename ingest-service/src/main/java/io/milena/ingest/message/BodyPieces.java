package io.milena.ingest.message;

import io.milena.topics.BodyReference;
import io.milena.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The body of a message while it arrives: in memory as long as it may travel in the message's own record, and sent on
 * to {@link Topics#BODIES} in chunks beyond that. Counts the octets that the whole message holds against the {@link
 * MemoryBudget}. Confined to its connection's event loop.
 */
final class BodyPieces {
    /** Chunks of one message that may be on their way to the broker: more would be another's memory. */
    private static final int MAX_UNDER_WAY = 2;

    private static final int SMALLEST_SPILL = 16 * 1024;
    private static final byte[] NONE = {};

    private final MailPublisher publisher;
    private final MemoryBudget budget;
    private final String id;
    /** Octets of a chunk. */
    private final int chunkSize;

    private final Executor eventLoop;
    private final Consumer<Exception> notStored;
    private final Runnable onProgress;

    private byte[] piece = NONE;
    private int pieceLength;
    private long held;
    private boolean chunked;
    private int partition;
    private final List<Long> offsets = new ArrayList<>();
    private int underWay;

    /**
     * An empty body.
     *
     * @param id queue id of the message
     * @param notStored called on the event loop for each chunk that the broker has not taken
     * @param onProgress called on the event loop after each chunk, taken or not
     */
    BodyPieces(
            MailPublisher publisher,
            MemoryBudget budget,
            String id,
            int chunkSize,
            Executor eventLoop,
            Consumer<Exception> notStored,
            Runnable onProgress) {
        this.publisher = publisher;
        this.budget = budget;
        this.id = id;
        this.chunkSize = chunkSize;
        this.eventLoop = eventLoop;
        this.notStored = notStored;
        this.onProgress = onProgress;
    }

    /** Counts octets that the message holds, of its header section or its body. */
    void hold(int octets) {
        held += octets;
        budget.take(octets);
    }

    /** Takes octets of the body; if more than {@code inline} have come in all, they leave in chunks. */
    void append(byte[] bytes, int offset, int length, int inline) {
        int from = offset;
        int left = length;
        while (left > 0) {
            if (!chunked && pieceLength + left > inline) {
                beginChunks();
            }
            int room = chunked ? Math.min(left, chunkSize - pieceLength) : left;
            copy(bytes, from, room);
            from += room;
            left -= room;
            if (chunked && pieceLength == chunkSize) {
                send();
            }
        }
    }

    private void beginChunks() {
        chunked = true;
        partition = publisher.bodyPartition(id);
    }

    private void copy(byte[] bytes, int offset, int length) {
        if (pieceLength + length > piece.length) {
            int wanted = Math.max(pieceLength + length, Math.min(piece.length * 2, chunkSize));
            piece = Arrays.copyOf(piece, Math.max(wanted, 2048));
        }
        System.arraycopy(bytes, offset, piece, pieceLength, length);
        pieceLength += length;
    }

    /** Memory is used up: sends on what there is, unless it is little. */
    void spill() {
        if (pieceLength >= SMALLEST_SPILL) {
            if (!chunked) {
                beginChunks();
            }
            send();
        }
    }

    /** The body has ended: sends its last chunk if it leaves in chunks. */
    void end() {
        if (chunked && pieceLength > 0) {
            send();
        }
    }

    private void send() {
        byte[] chunk = pieceLength == piece.length ? piece : Arrays.copyOf(piece, pieceLength);
        piece = NONE;
        pieceLength = 0;
        underWay++;
        held -= chunk.length;
        var mail = new ProducerRecord<>(Topics.BODIES, partition, id.getBytes(StandardCharsets.US_ASCII), chunk);
        publisher.publish(mail, (metadata, failure) -> {
            budget.release(chunk.length);
            eventLoop.execute(() -> {
                underWay--;
                if (failure == null) {
                    offsets.add(metadata.offset());
                } else {
                    notStored.accept(failure);
                }
                onProgress.run();
            });
        });
    }

    /** Whether there is room for more: not while the broker lags behind. */
    boolean wantsMore() {
        return underWay < MAX_UNDER_WAY;
    }

    /** Whether the broker has yet to answer for a chunk. */
    boolean isUnderWay() {
        return underWay > 0;
    }

    /** The message is refused: what it holds is not needed any more. */
    void forget() {
        piece = NONE;
        pieceLength = 0;
        budget.release(takeHeld());
    }

    /** The octets that the message holds; whoever takes them releases them to the budget. */
    long takeHeld() {
        long taken = held;
        held = 0;
        return taken;
    }

    /** The content of the message's own record: the header section, and the body if it has not left in chunks. */
    byte[] behind(byte[] headerSection) {
        byte[] value = headerSection;
        if (!chunked) {
            value = Arrays.copyOf(headerSection, headerSection.length + pieceLength);
            System.arraycopy(piece, 0, value, headerSection.length, pieceLength);
        }
        piece = NONE;
        return value;
    }

    /** The places of the chunks, if the body has left in such. */
    Optional<BodyReference> reference() {
        return chunked ? Optional.of(new BodyReference(partition, offsets)) : Optional.empty();
    }
}
