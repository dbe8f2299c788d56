package io.milena.auth.store;

import io.milena.topics.Directory;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.Optional;

/** An address that gets no mail from an account, in the form of {@link Directory.Suppression}. */
@Entity
@Table(schema = "auth", name = "suppression")
@IdClass(Suppression.Key.class)
public class Suppression extends PanacheEntityBase {
    @Id
    public String account;

    @Id
    public String address;

    @Column(name = "created_at")
    public Instant createdAt;

    /** Primary key. */
    public record Key(String account, String address) implements Serializable {}

    public static Suppression create(Directory.Suppression wanted) {
        var suppression = new Suppression();
        suppression.account = wanted.account();
        suppression.address = wanted.address();
        suppression.createdAt = Instant.now();
        suppression.persist();
        return suppression;
    }

    public static Optional<Suppression> of(Directory.Suppression wanted) {
        return findByIdOptional(new Key(wanted.account(), wanted.address()));
    }

    public Directory.Suppression published() {
        return new Directory.Suppression(account, address);
    }
}
