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
 * Publishes the outbox to the directory topics, in order and at least once, on a thread of its own. The replica whose
 * database session holds an advisory lock relays; Kafka fences a replica that has lost its session without knowing, so
 * that an old state never follows a new one. After any failure the relay starts again; a row that cannot be published
 * blocks the rows behind it, and health says so.
 */
@ApplicationScoped
public class OutboxRelay {
    /** Longest time until a lost notification, or the end of another replica, is noticed. */
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

    /** Returns when nothing is being published any more. Rows that are left are published after the next start. */
    public void close() {
        // Interrupted if a broker or database does not answer: an unfinished transaction is made again later.
        thread.close(Duration.ofSeconds(3));
    }

    private void turnsUntilFailure() {
        try (var connection = database.getConnection()) {
            relayOver(connection);
        } catch (SQLException e) {
            throw new DutyThread.UnavailableException("PostgreSQL does not answer", e);
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
            // A session that returns to the pool must hold neither locks nor subscriptions.
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
            // Not the default time-out, which waits for brokers that are away: a pending transaction is fenced and made
            // again.
            producer.close(Duration.ofSeconds(1));
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        var clients = kafka.clients();
        // A batch must not be larger than the topic with the smallest limit takes.
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
