package io.milena.topics.kafka;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.jboss.logging.Logger;

/**
 * Asks the brokers every five seconds whether they answer, for readiness: consumers and producers that wait for brokers
 * do not report it. Thread-safe.
 */
public final class BrokerProbe implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(BrokerProbe.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    /** Longer than two questions without an answer. */
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(20);

    private static final int ANSWER_SECONDS = 5;

    private final Admin admin;
    private final Runnable answered;
    private final Regularly regularly;
    private volatile long last = System.nanoTime();

    /**
     * Create it when the brokers have answered already. {@code answered} is called after each answer, on the probe's
     * thread.
     */
    public BrokerProbe(KafkaClients clients, Runnable answered) {
        this.admin = Admin.create(clients.base());
        this.answered = answered;
        this.regularly = new Regularly("broker-probe", INTERVAL, this::ask);
    }

    private void ask() throws InterruptedException {
        try {
            admin.describeCluster().nodes().get(ANSWER_SECONDS, TimeUnit.SECONDS);
            last = System.nanoTime();
            answered.run();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debugf("no broker answers: %s", e.toString());
        }
    }

    /** Whether a broker has answered lately. */
    public boolean answers() {
        return System.nanoTime() - last < ANSWERED_WITHIN.toNanos();
    }

    @Override
    public void close() {
        regularly.close();
        admin.close(Duration.ofSeconds(1));
    }
}
