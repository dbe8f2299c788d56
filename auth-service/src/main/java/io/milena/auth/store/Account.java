package io.milena.auth.store;

import io.milena.topics.Directory;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** An account, which may submit mail: the owner of credentials and sending domains. */
@Entity
@Table(schema = "auth", name = "account")
public class Account extends PanacheEntityBase {
    @Id
    public String id;

    public String name;

    @Enumerated(EnumType.STRING)
    public AccountStatus status;

    @Column(name = "verified_senders_only")
    public boolean verifiedSendersOnly;

    @Column(name = "add_sender")
    public boolean addSender;

    /** Null: no limit. */
    @Column(name = "messages_per_day")
    public Long messagesPerDay;

    /** Null: no limit. */
    @Column(name = "messages_per_second")
    public Integer messagesPerSecond;

    @Enumerated(EnumType.STRING)
    public AccountTls tls;

    @Enumerated(EnumType.STRING)
    public AccountPriority priority;

    /** Seconds after the first, second … attempt; null: as the platform has it. */
    @Column(name = "retry_delays")
    public List<Integer> retryDelays;

    /** Seconds; null: as the platform has it. */
    @Column(name = "queue_lifetime")
    public Long queueLifetime;

    /** The values of X-Milena-Tag that its mail may have. */
    public List<String> tags;

    @Column(name = "created_at")
    public Instant createdAt;

    /** A new active account, stored with the present transaction; {@code tags} as {@link Directory.Account} has them. */
    public static Account create(String name, boolean verifiedSendersOnly, List<String> tags) {
        var account = new Account();
        account.id = Ids.account();
        account.name = name;
        account.status = AccountStatus.ACTIVE;
        account.verifiedSendersOnly = verifiedSendersOnly;
        account.tags = tags;
        account.tls = AccountTls.OPPORTUNISTIC;
        account.priority = AccountPriority.NORMAL;
        account.createdAt = Instant.now();
        account.persist();
        return account;
    }

    public static Optional<Account> byId(String id) {
        return Ids.possible(id) ? findByIdOptional(id) : Optional.empty();
    }

    /**
     * The account, locked for the present transaction, so that changes reach the outbox in the order in which they
     * happen.
     */
    public static Optional<Account> byIdLocked(String id) {
        return Ids.possible(id) ? findByIdOptional(id, LockModeType.PESSIMISTIC_WRITE) : Optional.empty();
    }

    public static List<Account> oldestFirst() {
        return list("order by createdAt, id");
    }

    public Directory.Account published() {
        return new Directory.Account(
                id,
                name,
                status.toString(),
                verifiedSendersOnly,
                addSender,
                Optional.ofNullable(messagesPerDay),
                Optional.ofNullable(messagesPerSecond),
                Optional.of(tls.toString()),
                Optional.of(priority.toString()),
                Stream.ofNullable(retryDelays)
                        .flatMap(List::stream)
                        .map(Duration::ofSeconds)
                        .toList(),
                Optional.ofNullable(queueLifetime).map(Duration::ofSeconds),
                tags);
    }
}
