package io.milena.delivery.outbound;

import io.milena.topics.Directory;
import io.milena.topics.Envelope;
import io.milena.topics.Recipient;
import io.milena.topics.Topics;
import io.milena.topics.kafka.CompactedView;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.ServiceHealth;

/** The addresses to which an account may send no mail, as the directory has them now. Thread-safe. */
public final class Suppressions implements AutoCloseable {
    private final CompactedView<Directory.Suppression> view;

    public Suppressions(KafkaClients clients, ServiceHealth health) {
        view = new CompactedView<>(
                clients, health, Topics.SUPPRESSIONS, Directory.Suppression.class, (key, suppression) -> {});
    }

    public void start() {
        view.start();
    }

    /** Whether the account suppresses this recipient; never for the platform's own mail, which has no account. */
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
