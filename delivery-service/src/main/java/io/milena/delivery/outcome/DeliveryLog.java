package io.milena.delivery.outcome;

import io.micrometer.core.instrument.MeterRegistry;
import io.milena.smtp.Excerpt;
import io.milena.smtp.SafeText;
import io.milena.topics.Envelope;
import io.milena.topics.Outcome;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Writes outcomes to the log and the meters, the only class that does: a line for each outcome. Thread-safe. */
public final class DeliveryLog {
    private static final Logger LOG = Logger.getLogger("io.milena.delivery");
    /** Most octets of a reply in a line. */
    private static final int LONGEST_REPLY = 500;
    /** Most different replies of one attempt. */
    private static final int MOST_REPLIES = 20;

    private final MeterRegistry meters;

    public DeliveryLog(MeterRegistry meters) {
        this.meters = meters;
    }

    /** The outcomes of one attempt, or of an order. */
    public void outcomes(List<Outcome> outcomes) {
        var replies = new HashSet<String>();
        outcomes.forEach(outcome -> {
            count(outcome);
            var level = outcome.type() == Outcome.Type.DELIVERED ? Logger.Level.DEBUG : Logger.Level.INFO;
            if (LOG.isEnabled(level)) {
                LOG.log(
                        level,
                        line(
                                outcome,
                                outcome.reply()
                                        .map(reply -> told(reply, replies))
                                        .orElse("")));
            }
        });
    }

    private void count(Outcome outcome) {
        meters.counter("milena.delivery.outcomes", "type", outcome.type().name().toLowerCase(Locale.ROOT))
                .increment();
        if (outcome.type() == Outcome.Type.DELIVERED) {
            meters.timer("milena.delivery.queued").record(outcome.queuedMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /**
     * The text for the log, once for all recipients with this reply; a host with a different reply for each must not
     * fill the log. The outcomes have all of them.
     */
    private static String told(String reply, Set<String> replies) {
        var text = Excerpt.of(reply, LONGEST_REPLY);
        if (replies.contains(text)) {
            return "(the same)";
        }
        return replies.size() < MOST_REPLIES && replies.add(text) ? text : "(left out)";
    }

    static String line(Outcome outcome, String reply) {
        // A quotation mark of the host's would end the quotation, and what follows could look like a key of ours.
        return "queueId=" + outcome.id() + " reversePath=<" + SafeText.word(outcome.reversePath()) + "> forwardPath=<"
                + SafeText.word(outcome.recipient()) + "> outcome=" + outcome.type() + " status=" + outcome.status()
                + " attempt=" + outcome.attempt() + " mxHost="
                + outcome.connection().remoteMta().map(SafeText::word).orElse("-") + " reply=\""
                + SafeText.line(reply).replace('"', '\'') + "\"";
    }

    /** A replica ended without warning: it may have sent mail that it had not settled. */
    public void doubt(Envelope envelope) {
        meters.counter("milena.delivery.doubts").increment();
        LOG.debugf("queueId=%s is in doubt: a replica that is gone may have sent it", envelope.id());
    }

    public void deadLetter(ConsumerRecord<byte[], byte[]> record, Throwable reason) {
        meters.counter("milena.delivery.dead.letters").increment();
        LOG.errorf(
                "record %s-%d@%d is put aside as a dead letter: %s",
                record.topic(), record.partition(), record.offset(), SafeText.line(reason.toString()));
    }
}
