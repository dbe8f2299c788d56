package io.milena.auth.store;

import io.milena.topics.Json;
import io.milena.topics.Topics;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Records for the directory topics, written in the transaction that makes the change. Writers take turns from their
 * first row to their commit, so the rows' ids are in the order of the commits; that costs little, as changes are rare.
 * Call it last in a transaction.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.MANDATORY)
public class Outbox {
    /** All topics that records are written for. */
    static final List<String> TOPICS =
            List.of(Topics.ACCOUNTS, Topics.CREDENTIALS, Topics.DOMAINS, Topics.SIGNING_KEYS, Topics.SUPPRESSIONS);

    static final String CHANNEL = "milena_outbox";
    /** Advisory lock of the writers; the relay's lock is the next number. */
    private static final long WRITER_LOCK = 0x6d696c656e610000L;

    static final long RELAY_LOCK = WRITER_LOCK + 1;

    private final EntityManager entities;

    Outbox(EntityManager entities) {
        this.entities = entities;
    }

    public void changed(Account account) {
        append(Topics.ACCOUNTS, account.id, account.published());
    }

    public void changed(Credential credential) {
        append(Topics.CREDENTIALS, credential.id, credential.published());
    }

    public void removed(Credential credential) {
        append(Topics.CREDENTIALS, credential.id, null);
    }

    public void changed(SendingDomain domain) {
        if (speaksForItsName(domain)) {
            append(Topics.DOMAINS, domain.name, domain.published());
        }
    }

    /** The keys go first, so that mail can be signed as soon as the domain can be sent for. */
    public void added(SendingDomain domain) {
        keysChanged(domain);
        changed(domain);
    }

    public void keysChanged(SendingDomain domain) {
        if (speaksForItsName(domain)) {
            append(Topics.SIGNING_KEYS, domain.name, domain.publishedKeys());
        }
    }

    public void removed(SendingDomain domain) {
        if (speaksForItsName(domain)) {
            append(Topics.DOMAINS, domain.name, null);
            append(Topics.SIGNING_KEYS, domain.name, null);
        }
    }

    /**
     * The topics have one entry for each name. While an account has verified it, no registration of another account
     * replaces that entry.
     */
    private boolean speaksForItsName(SendingDomain domain) {
        // Whoever had the turn before has committed: the answer holds until this transaction ends.
        takeTurn();
        return !SendingDomain.verifiedByAnother(domain.account, domain.name);
    }

    public void added(Suppression suppression) {
        append(Topics.SUPPRESSIONS, suppression.published().key(), suppression.published());
    }

    public void removed(Suppression suppression) {
        append(Topics.SUPPRESSIONS, suppression.published().key(), null);
    }

    /** Number of changes of domains' keys that are not on the topic yet. */
    @Transactional(Transactional.TxType.REQUIRED)
    public long unpublishedKeys() {
        return (Long) entities.createNativeQuery("select count(*) from auth.outbox where topic = :topic", Long.class)
                .setParameter("topic", Topics.SIGNING_KEYS)
                .getSingleResult();
    }

    /** Waits until no other transaction is between its first outbox row and its end. */
    public void takeTurn() {
        // Rows are always locked before the writers' lock, never after it: no deadlock.
        entities.flush();
        entities.createNativeQuery("select cast(pg_advisory_xact_lock(:lock) as text)")
                .setParameter("lock", WRITER_LOCK)
                .getSingleResult();
    }

    private void append(String topic, String key, Object value) {
        takeTurn();
        entities.createNativeQuery(
                        "insert into auth.outbox (topic, key, value) values (:topic, :key, cast(:value as text))")
                .setParameter("topic", topic)
                .setParameter("key", key)
                .setParameter("value", value == null ? null : new String(Json.write(value), StandardCharsets.UTF_8))
                .executeUpdate();
        // Sent with the commit, whichever replica relays.
        entities.createNativeQuery("select cast(pg_notify(:channel, '') as text)")
                .setParameter("channel", CHANNEL)
                .getSingleResult();
    }
}
