package io.milena.delivery.content;

import io.milena.mail.DkimSigner;
import io.milena.topics.Directory;
import io.milena.topics.Topics;
import io.milena.topics.kafka.CompactedView;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.ServiceHealth;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The domains and keys of the directory topics, held in memory and followed. Thread-safe. */
public final class DirectorySigners implements Signers, AutoCloseable {
    private final Map<String, List<DkimSigner>> byDomain = new ConcurrentHashMap<>();
    private final CompactedView<Directory.SigningKeys> keys;
    private final CompactedView<Directory.Domain> domains;
    private final Optional<Provider> provider;

    public DirectorySigners(KafkaClients clients, ServiceHealth health, Optional<Provider> provider) {
        this.provider = provider;
        this.keys =
                new CompactedView<>(clients, health, Topics.SIGNING_KEYS, Directory.SigningKeys.class, this::changed);
        this.domains =
                new CompactedView<>(clients, health, Topics.DOMAINS, Directory.Domain.class, (name, domain) -> {});
    }

    public void start() {
        keys.start();
        domains.start();
    }

    @Override
    public List<DkimSigner> of(String account, String domain) {
        return belongsTo(account, domain) ? byDomain.getOrDefault(domain, List.of()) : List.of();
    }

    /** The platform's own mail (no account) has a From field that the platform wrote. */
    private boolean belongsTo(String account, String domain) {
        return account.isEmpty()
                || domains.get(domain)
                        .filter(owned -> owned.verified() && owned.account().equals(account))
                        .isPresent();
    }

    private void changed(String domain, Optional<Directory.SigningKeys> published) {
        if (published.isEmpty()) {
            byDomain.remove(domain);
            return;
        }
        byDomain.put(
                domain,
                published.get().keys().stream()
                        .map(key -> new DkimSigner(domain, key.selector(), privateKey(key), provider))
                        .toList());
    }

    private static PrivateKey privateKey(Directory.SigningKey key) {
        var algorithm = key.algorithm().equals("rsa") ? "RSA" : "Ed25519";
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.privateKey())));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // Without the cause, which might quote the key.
            throw new IllegalArgumentException("unusable " + algorithm + " key of selector " + key.selector());
        }
    }

    @Override
    public void close() {
        keys.close();
        domains.close();
    }
}
