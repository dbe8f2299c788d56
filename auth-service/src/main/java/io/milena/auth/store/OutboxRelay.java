package io.milena.auth.store;

import io.micrometer.core.instrument.MeterRegistry;
import io.milena.topics.kafka.DutyThread;
import io.milena.topics.kafka.KafkaSettings;
import io.milena.topics.kafka.LoopHealth;
import io.milena.topics.kafka.ServiceHealth;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.postgresql.PGConnection;

/**
 * Publishes the outbox to the directory topics, in order and at least once, on a thread of its own. Of all replicas the one whose
 * database session holds an advisory lock relays; a Kafka transaction fences one that lost its session and does not know yet, so
 * nothing old can land behind something new. Whatever goes wrong, it begins anew until it works; a row that cannot be published holds up what follows, since an older state
 * must not count after a newer one, and health says so.
 */
@ApplicationScoped
public class OutboxRelay {
    /** How long a notification that got lost, or another replica's end, can go unnoticed. */
    private static final Duration POLL = Duration.ofMillis(500);

    private final DataSource database;
    private final KafkaSettings kafka;
    private final AtomicLong pending;
    private final ServiceHealth service;
    private final LoopHealth health;
    private final DutyThread thread;

    OutboxRelay(DataSource database, KafkaSettings kafka, MeterRegistry meters) {
        this.database = database;
        this.kafka = kafka;
        this.pending = meters.gauge("milena.auth.outbox.pending", new AtomicLong());
        this.service = new ServiceHealth("auth", meters);
        this.health = service.loop("outbox");
        this.thread = new DutyThread(health, this::turnsUntilFailure, () -> {});
    }

    public void start() {
        thread.start();
    }

    /** Whether changes reach the directory topics. */
    public ServiceHealth health() {
        return service;
    }

    /** Returns when nothing is being published any more. What is left is published after the next start. */
    public void close() {
        // Where it hangs on a broker or database that is away it is interrupted: a transaction cut short is simply made
        // again.
        thread.close(Duration.ofSeconds(3));
    }

    private void turnsUntilFailure() {
        try (var connection = database.getConnection()) {
            relayOver(connection);
        } catch (SQLException e) {
            throw new DutyThread.UnavailableException("PostgreSQL is not to be had", e);
        }
    }

    private void relayOver(Connection connection) throws SQLException {
        try {
            execute(connection, "listen " + Outbox.CHANNEL);
            while (thread.open()) {
                count(connection);
                if (lockedBy(connection)) {
                    publishOver(connection);
                }
                awaitChange(connection);
            }
        } finally {
            // Back in the pool, the session must not hold what it holds here.
            execute(connection, "select pg_advisory_unlock_all()");
            execute(connection, "unlisten *");
        }
    }

    private void publishOver(Connection connection) throws SQLException {
        var producer = producer();
        try {
            producer.initTransactions();
            var outbox = new OutboxBatch(connection, producer);
            while (thread.open()) {
                count(connection);
                if (pending.get() > 0) {
                    health.work();
                }
                while (outbox.publishNext()) {
                    health.committed();
                    count(connection);
                }
                awaitChange(connection);
            }
        } finally {
            // Not the default, which waits for brokers that are away: what is under way is fenced and made again.
            producer.close(Duration.ofSeconds(1));
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        var clients = kafka.clients();
        // A batch is not to be larger than any of them takes.
        clients.limits().smallest(Outbox.TOPICS);
        return clients.producer(Map.of(
                "client.id", "auth-outbox",
                "transactional.id", "milena-auth-outbox",
                "transaction.timeout.ms", 20_000,
                "max.block.ms", 5_000,
                "request.timeout.ms", 5_000,
                "delivery.timeout.ms", 10_000));
    }

    private static boolean lockedBy(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement("select pg_try_advisory_lock(?)")) {
            statement.setLong(1, Outbox.RELAY_LOCK);
            try (var row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private void count(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select count(*) from auth.outbox")) {
            row.next();
            pending.set(row.getLong(1));
        }
        health.turned();
        if (pending.get() == 0) {
            health.heard();
            health.idle();
        }
    }

    private static void awaitChange(Connection connection) throws SQLException {
        connection.unwrap(PGConnection.class).getNotifications((int) POLL.toMillis());
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
