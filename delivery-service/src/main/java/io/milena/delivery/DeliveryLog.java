package io.milena.delivery;

import io.micrometer.core.instrument.MeterRegistry;
import io.milena.topics.Envelope;
import io.milena.topics.Outcome;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** The one place that tells, in the log and in the meters, what became of a message: a line per outcome. Thread-safe. */
final class DeliveryLog {
    private static final Logger LOG = Logger.getLogger("io.milena.delivery");

    private final MeterRegistry meters;

    DeliveryLog(MeterRegistry meters) {
        this.meters = meters;
    }

    void outcome(Outcome outcome) {
        meters.counter("milena.delivery.outcomes", "type", outcome.type().name().toLowerCase(java.util.Locale.ROOT))
                .increment();
        if (outcome.type() == Outcome.Type.DELIVERED) {
            meters.timer("milena.delivery.queued").record(outcome.queuedMillis(), TimeUnit.MILLISECONDS);
            LOG.debugf("%s", line(outcome));
        } else {
            LOG.info(line(outcome));
        }
    }

    private static String line(Outcome outcome) {
        return "queueId=" + outcome.id() + " reversePath=<" + outcome.reversePath() + "> forwardPath=<"
                + outcome.recipient() + "> outcome=" + outcome.type() + " status=" + outcome.status() + " attempt="
                + outcome.attempt() + " mxHost=" + outcome.remoteMta().orElse("-") + " reply=\""
                + outcome.reply().orElse("") + "\"";
    }

    /** A replica ended without a word: what it had not settled it may have sent. */
    void doubt(Envelope envelope) {
        meters.counter("milena.delivery.doubts").increment();
        LOG.debugf("queueId=%s is in doubt: a replica that is gone may have sent it", envelope.id());
    }

    void deadLetter(ConsumerRecord<byte[], byte[]> record, Throwable reason) {
        meters.counter("milena.delivery.dead.letters").increment();
        LOG.errorf(
                "record %s-%d@%d is put aside as a dead letter: %s",
                record.topic(), record.partition(), record.offset(), reason);
    }
}
