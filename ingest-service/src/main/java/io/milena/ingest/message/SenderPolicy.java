package io.milena.ingest.message;

import io.milena.mail.AddressField;
import io.milena.mail.HeaderField;
import io.milena.smtp.Mailbox;
import io.milena.smtp.Replies;
import io.milena.smtp.Reply;
import io.milena.smtp.ReversePath;
import io.milena.topics.Directory;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Judges the addresses that an account sends from: if it is restricted to verified domains, its reverse-path, From and
 * Sender must be in one of them. If the account asks for it, Sender names the login (RFC 6409 §8.1). Thread-safe.
 */
public final class SenderPolicy {
    private final Function<String, Optional<Directory.Account>> accounts;
    private final Function<String, Optional<Directory.Domain>> domains;

    public SenderPolicy(
            Function<String, Optional<Directory.Account>> accounts,
            Function<String, Optional<Directory.Domain>> domains) {
        this.accounts = accounts;
        this.domains = domains;
    }

    /** The null reverse-path is always allowed: an application's own reports have it. */
    public Optional<Reply> refuses(String account, ReversePath reversePath) {
        return !verifiedOnly(account)
                        || reversePath
                                .mailbox()
                                .map(mailbox -> owns(account, mailbox))
                                .orElse(true)
                ? Optional.empty()
                : Optional.of(Replies.REVERSE_PATH_NOT_VERIFIED);
    }

    /** Judges the header section of a message that the account submits. */
    public Optional<Reply> refuses(String account, List<HeaderField> fields) {
        if (!verifiedOnly(account)) {
            return Optional.empty();
        }
        var from = addresses(fields, "From");
        // With two From fields, some programs show the first and some the last.
        if (from.size() != 1
                || !from.getFirst().complete()
                || from.getFirst().mailboxes().isEmpty()) {
            return Optional.of(Replies.FROM_UNREADABLE);
        }
        var senders = addresses(fields, "Sender");
        boolean all = senders.stream().allMatch(AddressField::complete)
                && owns(account, from.getFirst())
                && senders.stream().allMatch(sender -> owns(account, sender));
        return all ? Optional.empty() : Optional.of(Replies.FROM_NOT_VERIFIED);
    }

    /**
     * The mailbox to name in Sender: the login, if it is an address, the account asks for it and From does not name it
     * already.
     */
    Optional<Mailbox> sender(String account, String username, List<HeaderField> fields) {
        if (!accounts.apply(account).map(Directory.Account::addSender).orElse(false)) {
            return Optional.empty();
        }
        return Mailbox.parse(username)
                .filter(login -> !verifiedOnly(account) || owns(account, login))
                .filter(login -> addresses(fields, "From").stream()
                        .flatMap(from -> from.mailboxes().stream())
                        .noneMatch(author -> author.toString().equalsIgnoreCase(login.toString())));
    }

    private boolean verifiedOnly(String account) {
        return accounts.apply(account)
                .map(Directory.Account::verifiedSendersOnly)
                .orElse(false);
    }

    private boolean owns(String account, AddressField field) {
        return field.mailboxes().stream().allMatch(mailbox -> owns(account, mailbox));
    }

    /** The owner of a domain below a registered one is the owner of the nearest registered one. */
    private boolean owns(String account, Mailbox mailbox) {
        var name = mailbox.domain();
        while (!name.isEmpty()) {
            var domain = domains.apply(name);
            if (domain.isPresent()) {
                return domain.get().verified() && domain.get().account().equals(account);
            }
            int dot = name.indexOf('.');
            name = dot < 0 ? "" : name.substring(dot + 1);
        }
        return false;
    }

    private static List<AddressField> addresses(List<HeaderField> fields, String name) {
        return fields.stream()
                .filter(field -> field.is(name))
                .map(AddressField::read)
                .toList();
    }
}
