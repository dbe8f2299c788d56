package io.milena.delivery.content;

import io.milena.mail.DkimSigner;
import io.milena.topics.Directory;
import io.milena.topics.KeyEncryption;
import io.milena.topics.KeyEncryption.UnreadableKeyException;
import io.milena.topics.Topics;
import io.milena.topics.kafka.CompactedView;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.ServiceHealth;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The domains and keys of the directory topics, followed. Private keys are decrypted as they arrive and kept as
 * {@link PrivateKey}s only. While one key of a domain cannot be used, its mail cannot be signed: see {@link Signers}.
 * Thread-safe.
 */
public final class DirectorySigners implements Signers, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DirectorySigners.class);

    private final Map<String, Keys> byDomain = new ConcurrentHashMap<>();
    private final CompactedView<Directory.SigningKeys> keys;
    private final CompactedView<Directory.Domain> domains;
    private final KeyEncryption encryption;
    private final Optional<Provider> provider;
    /** Whether all that the topic held at the start has been read: entries before may have been replaced since. */
    private volatile boolean upToDate;

    /** A domain's signers, or why they cannot be used; the account is empty in records of a version before. */
    private record Keys(Optional<String> account, List<DkimSigner> signers, Optional<String> problem) {
        boolean belongTo(String other) {
            return other.isEmpty() || account.isEmpty() || account.get().equals(other);
        }
    }

    public DirectorySigners(
            KafkaClients clients, ServiceHealth health, KeyEncryption encryption, Optional<Provider> provider) {
        this.encryption = encryption;
        this.provider = provider;
        this.keys =
                new CompactedView<>(clients, health, Topics.SIGNING_KEYS, Directory.SigningKeys.class, this::changed);
        this.domains =
                new CompactedView<>(clients, health, Topics.DOMAINS, Directory.Domain.class, (name, domain) -> {});
    }

    public void start() {
        keys.start();
        upToDate = true;
        byDomain.forEach(DirectorySigners::complain);
        domains.start();
    }

    @Override
    public List<DkimSigner> of(String account, String domain) throws UnusableKeyException {
        var found = byDomain.get(domain);
        if (found == null || !found.belongTo(account) || !belongsTo(account, domain)) {
            return List.of();
        }
        if (found.problem().isPresent()) {
            throw new UnusableKeyException(domain, found.problem().get());
        }
        return found.signers();
    }

    /** The platform's own mail (no account) has a From field that the platform wrote. */
    private boolean belongsTo(String account, String domain) {
        return account.isEmpty()
                || domains.get(domain)
                        .filter(owned -> owned.verified() && owned.account().equals(account))
                        .isPresent();
    }

    /** Number of domains whose mail waits because a key cannot be used. */
    public int unusable() {
        return (int) problems().count();
    }

    /** Why mail of some domains waits, without their names: the log has them. */
    public Optional<String> problem() {
        int count = unusable();
        return problems()
                .sorted()
                .findFirst()
                .map(first ->
                        "mail of " + count + " domain(s) waits, since it cannot be signed; for instance " + first);
    }

    private Stream<String> problems() {
        return byDomain.values().stream().flatMap(found -> found.problem().stream());
    }

    private void changed(String domain, Optional<Directory.SigningKeys> published) {
        if (published.isEmpty()) {
            byDomain.remove(domain);
            return;
        }
        var found = keys(domain, published.get());
        byDomain.put(domain, found);
        if (upToDate) {
            complain(domain, found);
        }
    }

    private static void complain(String domain, Keys found) {
        found.problem()
                .ifPresent(problem -> LOG.errorf("mail of %s waits, since it cannot be signed: %s", domain, problem));
    }

    private Keys keys(String domain, Directory.SigningKeys published) {
        var signers = new ArrayList<DkimSigner>();
        for (var key : published.keys()) {
            try {
                var clear = encryption.open(
                        new KeyEncryption.Owner(published.account().orElse(""), domain, key.selector()),
                        key.privateKey());
                signers.add(new DkimSigner(domain, key.selector(), privateKey(key.algorithm(), clear), provider));
            } catch (UnreadableKeyException | GeneralSecurityException | RuntimeException e) {
                return new Keys(published.account(), List.of(), Optional.of(problem(key, e)));
            }
        }
        return new Keys(published.account(), List.copyOf(signers), Optional.empty());
    }

    private static String problem(Directory.SigningKey key, Exception e) {
        return "the private key of selector " + key.selector() + " cannot be used: "
                // Other messages might quote the key.
                + (e instanceof UnreadableKeyException ? e.getMessage() : "it is no " + key.algorithm() + " key");
    }

    private static PrivateKey privateKey(String algorithm, String base64) throws GeneralSecurityException {
        byte[] octets = Base64.getMimeDecoder().decode(base64);
        try {
            return KeyFactory.getInstance(algorithm.equals("rsa") ? "RSA" : "Ed25519")
                    .generatePrivate(new PKCS8EncodedKeySpec(octets));
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    @Override
    public void close() {
        keys.close();
        domains.close();
    }
}
