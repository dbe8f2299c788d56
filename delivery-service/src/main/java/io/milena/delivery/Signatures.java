package io.milena.delivery;

import io.milena.mail.DkimSigner;
import io.milena.mail.HeaderField;
import io.milena.topics.CompactedView;
import io.milena.topics.Directory;
import io.milena.topics.KafkaClients;
import io.milena.topics.MailRecord;
import io.milena.topics.Topics;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** DKIM-Signature fields for a message, one for each key of the domain in its From: field; keys come from the directory topic. Thread-safe. */
final class Signatures implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Signatures.class);

    private final Map<String, List<DkimSigner>> byDomain = new ConcurrentHashMap<>();
    private final CompactedView<Directory.SigningKeys> keys;
    private final CompactedView<Directory.Domain> domains;
    private final Clock clock;

    Signatures(KafkaClients clients, Clock clock) {
        this.clock = clock;
        this.keys = new CompactedView<>(clients, Topics.SIGNING_KEYS, Directory.SigningKeys.class, this::changed);
        this.domains = new CompactedView<>(clients, Topics.DOMAINS, Directory.Domain.class, (name, domain) -> {});
    }

    void start() {
        keys.start();
        domains.start();
    }

    /** Empty if the domain has no keys, or is not proved to be the account's: nobody signs for someone else's. Last key first, so that the first one stands on top. */
    String of(MailRecord mail) {
        return mail.envelope()
                .bodyHash()
                .map(bodyHash -> of(mail, mail.content(), mail.envelope().headerLength(), bodyHash))
                .orElse("");
    }

    /** The same over content that has become another on the way. */
    String of(MailRecord mail, byte[] content, int headerLength, String bodyHash) {
        var envelope = mail.envelope();
        var signers = envelope.fromDomain()
                .filter(domain -> belongsTo(envelope.account(), domain))
                .map(byDomain::get)
                .orElse(null);
        if (signers == null) {
            return "";
        }
        var header = HeaderField.parse(content, headerLength);
        var fields = new StringBuilder();
        for (var signer : signers) {
            try {
                fields.append(signer.sign(header, bodyHash, clock.instant()));
            } catch (GeneralSecurityException e) {
                // The other key may do; unsigned mail is better than none.
                LOG.errorf("queueId=%s is not signed: %s", envelope.id(), e.toString());
            }
        }
        return fields.toString();
    }

    /** The platform's own mail (no account) has a From: that the platform wrote. */
    private boolean belongsTo(String account, String domain) {
        return account.isEmpty()
                || domains.get(domain)
                        .filter(owned -> owned.verified() && owned.account().equals(account))
                        .isPresent();
    }

    private void changed(String domain, Optional<Directory.SigningKeys> published) {
        if (published.isEmpty() || published.get().keys().isEmpty()) {
            byDomain.remove(domain);
            return;
        }
        byDomain.put(
                domain,
                published.get().keys().stream()
                        .map(key -> new DkimSigner(domain, key.selector(), privateKey(key)))
                        .toList());
    }

    private static PrivateKey privateKey(Directory.SigningKey key) {
        var algorithm = key.algorithm().equals("rsa") ? "RSA" : "Ed25519";
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(
                            new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(key.privateKey())));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // Without the cause: it might quote the key.
            throw new IllegalArgumentException("unusable " + algorithm + " key of selector " + key.selector());
        }
    }

    @Override
    public void close() {
        keys.close();
        domains.close();
    }
}
