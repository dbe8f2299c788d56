package io.milena.delivery;

import io.milena.topics.CompactedView;
import io.milena.topics.Directory;
import io.milena.topics.Envelope;
import io.milena.topics.KafkaClients;
import io.milena.topics.Recipient;
import io.milena.topics.ServiceHealth;
import io.milena.topics.Topics;

/** The addresses that get no mail from an account, as the directory has them now. Thread-safe. */
final class Suppressions implements AutoCloseable {
    private final CompactedView<Directory.Suppression> view;

    Suppressions(KafkaClients clients, ServiceHealth health) {
        view = new CompactedView<>(
                clients, health, Topics.SUPPRESSIONS, Directory.Suppression.class, (key, suppression) -> {});
    }

    void start() {
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
