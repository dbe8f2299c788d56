package io.milena.auth.store;

import io.milena.topics.Directory;
import io.milena.topics.KeyEncryption;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.util.List;

/** One of the keys that a domain's mail is signed with (RFC 6376 §3.1: a selector for each). */
@Entity
@Table(schema = "auth", name = "dkim_key")
@IdClass(DkimKey.Key.class)
public class DkimKey extends PanacheEntityBase {
    @Id
    public String domain;

    @Id
    public String account;

    @Id
    public String selector;

    public String algorithm;

    /** As {@link DomainKeys} stores it. */
    @Column(name = "private_key")
    public String privateKey;

    @Column(name = "public_key")
    public String publicKey;

    /** Whether mail is signed with the key, because its record was seen in DNS. */
    public boolean signing;

    /** Primary key. */
    public record Key(String domain, String account, String selector) implements Serializable {}

    /** Whether both have one DNS record: equal keys may have different selectors. */
    boolean isSameAs(DkimKey other) {
        return selector.equals(other.selector) && publicKey.equals(other.publicKey);
    }

    /** Whose key it is, to {@link KeyEncryption}. */
    KeyEncryption.Owner owner() {
        return new KeyEncryption.Owner(account, domain, selector);
    }

    static List<DkimKey> of(String domain, String account) {
        return list("domain = ?1 and account = ?2 order by algorithm desc, selector", domain, account);
    }

    Directory.SigningKey published() {
        return new Directory.SigningKey(selector, algorithm, privateKey);
    }
}
