package io.milena.auth.store;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The part of an account's allowance that a replica of ingest holds. */
@Entity
@Table(schema = "auth", name = "lease")
@IdClass(Lease.Key.class)
public class Lease extends PanacheEntityBase {
    @Id
    public String account;

    @Id
    public String measure;

    @Id
    public String period;

    @Id
    public String replica;

    public long sequence;
    public long held;
    public long wanted;
    public Instant until;

    /** Primary key. */
    public record Key(String account, String measure, String period, String replica) implements Serializable {}

    public static Optional<Lease> of(Key key) {
        return findByIdOptional(key);
    }

    /** Stores the amount that a replica holds; false if a later request of the replica was here before. */
    public static boolean keep(Key key, long sequence, long held, long wanted, Instant until) {
        var known = of(key);
        if (known.isPresent() && known.get().sequence >= sequence) {
            return false;
        }
        var lease = known.orElseGet(() -> named(key));
        lease.sequence = sequence;
        lease.held = held;
        lease.wanted = wanted;
        lease.until = until;
        lease.persist();
        return true;
    }

    private static Lease named(Key key) {
        var lease = new Lease();
        lease.account = key.account();
        lease.measure = key.measure();
        lease.period = key.period();
        lease.replica = key.replica();
        return lease;
    }

    /** The leases of other replicas that are in force. */
    public static List<Lease> besides(Key key, Instant now) {
        return list(
                "account = ?1 and measure = ?2 and period = ?3 and replica <> ?4 and until > ?5",
                key.account(),
                key.measure(),
                key.period(),
                key.replica(),
                now);
    }

    public static void deleteEnded(String account, Instant now) {
        delete("account = ?1 and until < ?2", account, now);
    }
}
