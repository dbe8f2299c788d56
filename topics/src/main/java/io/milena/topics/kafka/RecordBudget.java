package io.milena.topics.kafka;

import io.milena.topics.Topics;
import java.util.ArrayList;
import java.util.List;

/**
 * How the octets of a record are divided, by the largest record that every topic on the way of mail takes. A message
 * that ingest accepts within this budget can be written by every part that handles it, however often it is deferred.
 *
 * @param record the largest record
 * @param envelope for the recipients of one message, as JSON
 * @param content for the content that travels in the record: all of it, or the header section alone
 */
public record RecordBudget(int record, int envelope, int content) {
    /**
     * Smaller limits are useless: an envelope with a hundred recipients (RFC 5321 §4.5.3.1.8), and a header section.
     */
    private static final int SMALLEST = 128 * 1024;
    /**
     * For additions to an envelope on its way (attempts, times, fields of a later version), and for a dead letter's
     * reason.
     */
    private static final int LARGEST_GROWTH = 64 * 1024;
    /** For the fields that ingest adds to a header section: Received, Date, Message-ID. */
    private static final int ADDED_FIELDS = 16 * 1024;

    /**
     * The budget for topics that take records of {@code smallest} octets.
     *
     * @param headerSection the largest that a client may send
     * @param inline the largest content that may travel in the record
     */
    public static RecordBudget of(int smallest, int headerSection, int inline) {
        if (smallest < SMALLEST) {
            throw new IllegalArgumentException(
                    "max.message.bytes of a topic of mail is " + smallest + " (expected: " + SMALLEST + " or more)");
        }
        int usable = smallest - growth(smallest);
        int content = Math.min(Math.max(inline, headerSection + ADDED_FIELDS), usable / 2);
        return new RecordBudget(smallest, usable - content, content);
    }

    /** All topics that a message may come to. */
    public static List<String> topics(TopicSettings settings) {
        var topics = new ArrayList<>(List.of(
                Topics.ACCEPTED,
                Topics.OUTBOUND,
                Topics.WAITING,
                Topics.BODIES,
                Topics.FAILED,
                Topics.RETURNED,
                Topics.DEAD_LETTERS));
        settings.delays().forEach(delay -> topics.add(Topics.deferred(delay)));
        return topics;
    }

    private static int growth(int record) {
        return Math.min(LARGEST_GROWTH, record / 8);
    }

    /** The largest size of a new record. */
    public int first() {
        return record - growth(record);
    }
}
