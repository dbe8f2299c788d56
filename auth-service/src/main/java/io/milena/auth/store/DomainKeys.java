package io.milena.auth.store;

import io.milena.auth.dkim.DkimKeyPair;
import io.milena.topics.KeyEncryption;
import io.milena.topics.KeyEncryption.UnreadableKeyException;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The private keys of domains as the table and the topic hold them: encrypted, unless the operator wants them in clear.
 * Nothing here decrypts one but {@link #reencrypt()}. Thread-safe; blocks.
 */
@ApplicationScoped
public class DomainKeys {
    private static final Logger LOG = Logger.getLogger(DomainKeys.class);
    /** In SQL: the text is a private key in clear. */
    private static final String IN_CLEAR = "private_key not like '%:%'";

    private final EntityManager entities;
    private final Outbox outbox;
    private final KeyEncryption encryption;

    DomainKeys(EntityManager entities, Outbox outbox, KeyEncryption encryption) {
        this.entities = entities;
        this.outbox = outbox;
        this.encryption = encryption;
    }

    /** Adds a key to a domain, in the transaction of the caller, who tells the outbox. */
    public void create(SendingDomain domain, DkimKeyPair pair, boolean signing) {
        var key = new DkimKey();
        key.domain = domain.name;
        key.account = domain.account;
        key.selector = pair.selector();
        key.algorithm = pair.algorithm();
        key.privateKey = encryption.seal(key.owner(), pair.privateKey());
        key.publicKey = pair.publicKey();
        key.signing = signing;
        key.persist();
    }

    /**
     * The result of a re-encryption.
     *
     * @param encrypted keys that are stored with the current key since now
     * @param unchanged keys that were so before
     * @param unreadable keys that cannot be decrypted and were left alone
     */
    public record Reencrypted(int encrypted, int unchanged, List<Unreadable> unreadable) {}

    /** A private key that cannot be decrypted, and why. */
    public record Unreadable(String account, String domain, String selector, String reason) {}

    /** Encrypts private keys that a version before has stored in clear, and publishes them. */
    public void encryptThoseInClear() {
        if (encryption.isOff()) {
            LOG.warnf("DKIM private keys are stored in clear: %s begins with none", KeyEncryption.SETTING);
            return;
        }
        var done = store(domains("where " + IN_CLEAR));
        if (done.encrypted() > 0) {
            LOG.infof("%d DKIM private keys were in clear and are encrypted now", done.encrypted());
        }
        counts().forEach((id, count) -> {
            if (!encryption.knows(id)) {
                LOG.errorf(
                        "%d DKIM private keys are encrypted with the key %s, which %s does not have: mail of their"
                                + " domains waits",
                        count, id, KeyEncryption.SETTING);
            }
        });
    }

    /**
     * Stores every private key as it would be stored now, and publishes the keys of all domains, also where nothing has
     * changed: records that hold the older form leave the topic then. One transaction for each domain.
     */
    public Reencrypted reencrypt() {
        return store(domains(""));
    }

    /** Number of private keys by the name of the key that encrypts them, {@code none} for those in clear. */
    public Map<String, Long> counts() {
        return QuarkusTransaction.requiringNew().call(() -> {
            var counts = new TreeMap<String, Long>();
            rows("select case when " + IN_CLEAR + " then '" + KeyEncryption.NONE
                            + "' else split_part(private_key, ':', 2) end, count(*) from auth.dkim_key group by 1")
                    .forEach(row -> counts.put((String) row.get(0), (Long) row.get(1)));
            return counts;
        });
    }

    /** Changes of keys that are not on the topic yet. */
    public long unpublished() {
        return outbox.unpublishedKeys();
    }

    private List<SendingDomain.Key> domains(String condition) {
        return QuarkusTransaction.requiringNew()
                .call(() -> rows("select distinct domain, account from auth.dkim_key " + condition
                                + " order by domain, account")
                        .map(row -> new SendingDomain.Key((String) row.get(0), (String) row.get(1)))
                        .toList());
    }

    @SuppressWarnings("unchecked")
    private Stream<Tuple> rows(String query) {
        return entities.createNativeQuery(query, Tuple.class).getResultList().stream();
    }

    private Reencrypted store(List<SendingDomain.Key> domains) {
        int encrypted = 0;
        int unchanged = 0;
        var unreadable = new ArrayList<Unreadable>();
        for (var domain : domains) {
            var one = QuarkusTransaction.requiringNew().call(() -> store(domain));
            encrypted += one.encrypted();
            unchanged += one.unchanged();
            unreadable.addAll(one.unreadable());
        }
        return new Reencrypted(encrypted, unchanged, unreadable);
    }

    private Reencrypted store(SendingDomain.Key name) {
        Optional<SendingDomain> found = SendingDomain.byName(name.account(), name.name());
        if (found.isEmpty()) {
            // It was removed meanwhile.
            return new Reencrypted(0, 0, List.of());
        }
        var domain = found.get();
        domain.lock();
        int encrypted = 0;
        int unchanged = 0;
        var unreadable = new ArrayList<Unreadable>();
        for (var key : domain.keys()) {
            try {
                // Read also if it is current: whoever asks wants to know that it can be.
                var clear = encryption.open(key.owner(), key.privateKey);
                if (encryption.isCurrent(key.privateKey)) {
                    unchanged++;
                } else {
                    key.privateKey = encryption.seal(key.owner(), clear);
                    encrypted++;
                }
            } catch (UnreadableKeyException e) {
                unreadable.add(new Unreadable(key.account, key.domain, key.selector, e.getMessage()));
            }
        }
        outbox.keysChanged(domain);
        return new Reencrypted(encrypted, unchanged, unreadable);
    }
}
