package io.milena.delivery;

import io.milena.delivery.remote.RecipientResult;
import io.milena.topics.MailRecord;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * One connection's worth of work for one destination, on a virtual thread: takes message after message over the same session, and ends when
 * none comes for a while.
 */
final class DestinationWorker implements Runnable {
    private static final Logger LOG = Logger.getLogger(DestinationWorker.class);

    private final Destinations destinations;
    private final Destination destination;
    private final Duration idle;
    private final Relay.Line line;

    DestinationWorker(Destinations destinations, Destination destination, Relay relay, DeliveryConfig.Delivery config) {
        this.destinations = destinations;
        this.destination = destination;
        this.idle = config.idleConnection();
        this.line = relay.line(destination.way());
    }

    @Override
    public void run() {
        boolean left = false;
        try {
            while (!left) {
                // Without an open session there is nothing to keep warm.
                var next = destination.take(line.isOpen() ? idle : Duration.ZERO);
                next.ifPresent(this::work);
                left = next.isEmpty();
            }
        } finally {
            if (!left) {
                destination.workerGone();
            }
            line.close();
        }
    }

    private void work(QueuedMail mail) {
        if (!destination.resting().isZero()) {
            // Another worker met silence while this message waited.
            destinations.notTried(mail, destination);
            return;
        }
        if (!destinations.begin(mail)) {
            return;
        }
        try {
            destinations.attempt(mail, destination, this);
        } catch (RuntimeException | Error e) {
            // A bug must not lose the message nor stop the partition.
            LOG.errorf(
                    e, "queueId=%s could not be handled", mail.mail().envelope().id());
            destinations.failedHandling(mail, e);
        }
    }

    List<RecipientResult> relay(MailRecord mail) {
        var relayed = line.relay(mail);
        if (relayed.unreachable().isPresent()) {
            destinations.rest(destination, relayed.unreachable().get());
        } else if (line.isOpen()) {
            destination.reached();
        }
        return relayed.results();
    }
}
