package io.milena.ingest.login;

import io.milena.ingest.message.PriorityPolicy;
import io.milena.ingest.message.SenderPolicy;
import io.milena.ingest.message.TagPolicy;
import io.milena.smtp.Identity;
import io.milena.smtp.Mailbox;
import io.milena.smtp.Network;
import io.milena.smtp.Replies;
import io.milena.smtp.Reply;
import io.milena.smtp.ReversePath;
import io.milena.smtp.SessionPolicy;
import io.milena.topics.Directory;
import io.milena.topics.ReturnAddress;
import io.milena.topics.Topics;
import io.milena.topics.kafka.CompactedView;
import io.milena.topics.kafka.KafkaClients;
import io.milena.topics.kafka.ServiceHealth;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;

/**
 * Accounts and credentials in memory, as auth-service publishes them on the directory topics: a suspension or
 * revocation counts within a second, also in open sessions. Reads are thread-safe and never block.
 */
public final class AccountDirectory implements SessionPolicy, AutoCloseable {
    private final CompactedView<Directory.Account> accounts;
    private final CompactedView<Directory.Credential> credentials;
    private final CompactedView<Directory.Domain> domains;
    private final SenderPolicy senders;
    private final PriorityPolicy priorities;
    private final TagPolicy tags;
    private final LoginCache logins;
    private final Optional<ReturnAddress> returnAddress;

    public AccountDirectory(
            KafkaClients kafka, ServiceHealth health, LoginCache logins, Optional<ReturnAddress> returnAddress) {
        this.logins = logins;
        this.returnAddress = returnAddress;
        accounts = new CompactedView<>(kafka, health, Topics.ACCOUNTS, Directory.Account.class, (id, account) -> {
            if (!account.map(Directory.Account::active).orElse(false)) {
                logins.dropAccount(id);
            }
        });
        credentials =
                new CompactedView<>(kafka, health, Topics.CREDENTIALS, Directory.Credential.class, (id, credential) -> {
                    if (credential.isEmpty()) {
                        logins.revoke(id);
                    }
                });
        domains = new CompactedView<>(kafka, health, Topics.DOMAINS, Directory.Domain.class, (name, domain) -> {});
        senders = new SenderPolicy(accounts::get, domains::get);
        priorities = new PriorityPolicy(accounts::get);
        tags = new TagPolicy(accounts::get);
    }

    /** Returns when all records published so far are in memory. Blocks. */
    public void start() {
        accounts.start();
        credentials.start();
        domains.start();
    }

    public Optional<Directory.Account> account(String id) {
        return accounts.get(id);
    }

    public SenderPolicy senders() {
        return senders;
    }

    public PriorityPolicy priorities() {
        return priorities;
    }

    public TagPolicy tags() {
        return tags;
    }

    // An account that is not in memory yet was made a moment ago. Its rules are not known, so it must wait.
    @Override
    public Optional<Reply> refuses(Identity identity, InetAddress address) {
        if (logins.isRevoked(identity)) {
            return Optional.of(Replies.CREDENTIAL_REVOKED);
        }
        if (!goodFrom(identity, address)) {
            return Optional.of(Replies.NETWORK_NOT_ALLOWED);
        }
        return accounts.get(identity.account())
                .map(account -> account.active() ? Optional.<Reply>empty() : Optional.of(Replies.ACCOUNT_SUSPENDED))
                .orElse(Optional.of(Replies.ACCOUNT_UNKNOWN));
    }

    /** Whether the credential may be used from this address. */
    boolean goodFrom(Identity identity, InetAddress address) {
        // A credential that is not in memory yet was made a moment ago, and auth-service has told its networks.
        var networks = credentials
                .get(identity.credential())
                .map(known -> known.networks().stream().map(Network::parse).toList())
                .orElse(identity.networks());
        return networks.isEmpty() || networks.stream().anyMatch(network -> network.holds(address));
    }

    @Override
    public Optional<Reply> refuses(Identity identity, ReversePath reversePath) {
        return senders.refuses(identity.account(), reversePath);
    }

    @Override
    public boolean issuesReturnAddresses() {
        return returnAddress.isPresent();
    }

    @Override
    public Optional<String> accountOfReturnAddress(Mailbox forwardPath) {
        return returnAddress
                .flatMap(addresses -> addresses.verify(forwardPath.toString(), Instant.now()))
                .map(ReturnAddress.Issued::account);
    }

    @Override
    public void close() {
        accounts.close();
        credentials.close();
        domains.close();
    }
}
