package io.milena.topics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The records of {@link Topics#FAILED} for one message. They are split so that none exceeds its number of recipients
 * and octets, and contain only the part of the content that a report returns. Not thread-safe.
 */
public final class FailureRecords {
    static final int MOST_RECIPIENTS = 50;
    /** Of envelope and failure together. */
    public static final int MOST_OCTETS = 256 * 1024;

    private final MailRecord mail;
    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final List<Recipient> recipients = new ArrayList<>();
    private final List<Failure.Entry> entries = new ArrayList<>();
    /** The part of the content that is returned; computed with the first entry, since most messages have none. */
    private Optional<byte[]> content = Optional.empty();

    private int envelopeOctets;
    private int octets;

    public FailureRecords(MailRecord mail) {
        this.mail = mail;
    }

    private void begin() {
        content = Optional.of(returned(mail));
        var envelope = mail.envelope();
        envelopeOctets =
                Json.write(envelope.withRecipients(envelope.recipients().subList(0, 1))).length
                        + 2 * Json.write(new Failure(List.of())).length;
    }

    /**
     * RFC 3461 §4.3: the content is returned if the sender asks for it with RET=FULL, otherwise the header section
     * (also under REQUIRETLS, RFC 8689 §5).
     */
    private static byte[] returned(MailRecord mail) {
        var envelope = mail.envelope();
        boolean whole = envelope.wishes().ret().filter("FULL"::equalsIgnoreCase).isPresent()
                && !envelope.wishes().requireTls();
        return whole
                ? mail.content()
                : Arrays.copyOf(mail.content(), envelope.content().headerLength());
    }

    /** Adds an entry for a recipient. */
    public void add(Recipient recipient, Failure.Entry entry) {
        if (content.isEmpty()) {
            begin();
        }
        int more = Json.write(recipient).length + Json.write(entry).length + 2;
        if (recipients.size() == MOST_RECIPIENTS || envelopeOctets + octets + more > MOST_OCTETS) {
            end();
        }
        recipients.add(recipient);
        entries.add(entry);
        octets += more;
    }

    private void end() {
        if (!recipients.isEmpty()) {
            records.add(new MailRecord(mail.envelope().withRecipients(recipients), content.orElseThrow())
                    .failed(new Failure(entries)));
            recipients.clear();
            entries.clear();
            octets = 0;
        }
    }

    /** All records; nothing may be added afterwards. */
    public List<ProducerRecord<byte[], byte[]>> records() {
        end();
        return records;
    }
}
