package io.milena.delivery.outbound;

import io.milena.topics.Directory;
import io.milena.topics.Envelope;
import io.milena.topics.Recipient;
import io.milena.topics.Topics;
import io.milena.topics.kafka.CompactedView;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.ServiceHealth;

/** The addresses that get no mail from an account, as the directory has them now. Thread-safe. */
public final class Suppressions implements AutoCloseable {
    private final CompactedView<Directory.Suppression> view;

    public Suppressions(KafkaClients clients, ServiceHealth health) {
        view = new CompactedView<>(
                clients, health, Topics.SUPPRESSIONS, Directory.Suppression.class, (key, suppression) -> {});
    }

    public void start() {
        view.start();
    }

    /** The platform's own mail has no account, and no list. */
    boolean holds(Envelope envelope, Recipient recipient) {
        return !envelope.account().isEmpty()
                && view.get(new Directory.Suppression(envelope.account(), recipient.forwardPath()).key())
                        .isPresent();
    }

    @Override
    public void close() {
        view.close();
    }
}
