package io.milena.auth.store;

import io.milena.topics.Directory;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A domain that an account wants to send for. Several accounts may have registered it, and one of them may have verified
 * it. Its name is in lower-case A-labels.
 */
@Entity
@Table(schema = "auth", name = "domain")
@IdClass(SendingDomain.Key.class)
public class SendingDomain extends PanacheEntityBase {
    @Id
    public String name;

    @Id
    public String account;

    public boolean verified;

    /** The token that the owner publishes to prove the domain. */
    @Column(name = "verification_token")
    public String verificationToken;

    @Column(name = "created_at")
    public Instant createdAt;

    /** Primary key. */
    public record Key(String name, String account) implements Serializable {}

    public static SendingDomain create(String name, String account, boolean verified, String verificationToken) {
        var domain = new SendingDomain();
        domain.name = name;
        domain.account = account;
        domain.verified = verified;
        domain.verificationToken = verificationToken;
        domain.createdAt = Instant.now();
        domain.persist();
        return domain;
    }

    public static Optional<SendingDomain> byName(String account, String name) {
        return find("account = ?1 and name = ?2", account, name).firstResultOptional();
    }

    /** Whether an account other than this one has verified the domain. */
    public static boolean verifiedByAnother(String account, String name) {
        return count("name = ?1 and account <> ?2 and verified", name, account) > 0;
    }

    public static List<SendingDomain> of(String account) {
        return list("account = ?1 order by name", account);
    }

    public List<DkimKey> keys() {
        return DkimKey.of(name, account);
    }

    /** Locks the domain until the end of the transaction. */
    public void lock() {
        getEntityManager().refresh(this, LockModeType.PESSIMISTIC_WRITE);
    }

    /**
     * Lets these keys sign, except those that were changed or removed meanwhile; true if one of them did not sign
     * before.
     */
    public boolean beginToSign(List<DkimKey> seen) {
        boolean any = false;
        for (var key : keys()) {
            if (!key.signing && seen.stream().anyMatch(key::isSameAs)) {
                key.signing = true;
                any = true;
            }
        }
        return any;
    }

    public Directory.Domain published() {
        return new Directory.Domain(name, account, verified);
    }

    public Directory.SigningKeys publishedKeys() {
        return new Directory.SigningKeys(
                name,
                Optional.of(account),
                keys().stream()
                        .filter(key -> key.signing)
                        .map(DkimKey::published)
                        .toList());
    }
}
