package io.milena.auth;

import io.milena.auth.store.Bootstrap;
import io.milena.auth.store.DomainKeys;
import io.milena.auth.store.OutboxRelay;
import io.milena.auth.token.AccessTokens;
import io.milena.topics.KeyEncryption;
import io.milena.topics.RetrySettings;
import io.milena.topics.kafka.KafkaSettings;
import io.milena.topics.kafka.ServiceHealth;
import io.milena.topics.kafka.TopicSetup;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.jboss.logging.Logger;

/** Start and stop of auth-service, in order. Waits for Kafka and PostgreSQL, each up to two minutes. */
@ApplicationScoped
public class AuthStartup {
    private static final Logger LOG = Logger.getLogger(AuthStartup.class);

    private final KafkaSettings kafka;
    private final RetrySettings retry;
    private final Flyway migrations;
    private final Bootstrap bootstrap;
    private final OutboxRelay relay;
    private final AccessTokens tokens;
    private final DomainKeys keys;
    private volatile boolean finished;

    AuthStartup(
            KafkaSettings kafka,
            RetrySettings retry,
            Flyway migrations,
            Bootstrap bootstrap,
            OutboxRelay relay,
            AccessTokens tokens,
            DomainKeys keys,
            // Asked for here, so that a service without a key refuses before it waits for anything.
            KeyEncryption encryption) {
        this.kafka = kafka;
        this.retry = retry;
        this.migrations = migrations;
        this.bootstrap = bootstrap;
        this.relay = relay;
        this.tokens = tokens;
        this.keys = keys;
        LOG.debugf("DKIM private keys are stored by %s", encryption);
    }

    void start(@Observes @Priority(100) StartupEvent event) {
        tokens.warnOfMissing();
        TopicSetup.ensure(kafka.clients().base(), kafka.topics(retry), Duration.ofMinutes(2));
        migrations.migrate();
        bootstrap.run();
        keys.encryptThoseInClear();
        relay.start();
        finished = true;
    }

    ServiceHealth health() {
        return relay.health();
    }

    boolean finished() {
        return finished;
    }

    void stop(@Observes ShutdownEvent event) {
        relay.close();
    }
}
