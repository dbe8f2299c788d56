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
import java.util.stream.Stream;

/**
 * Judges the domains that an account sends from, in the reverse-path, From, Sender, Resent-From and Resent-Sender. A
 * domain that another account has verified is refused to every account; an account that is restricted to verified
 * domains must have verified each. If the account asks for it, Sender names the login (RFC 6409 §8.1). Thread-safe.
 */
public final class SenderPolicy {
    private static final List<String> OTHER_FIELDS = List.of("Sender", "Resent-From", "Resent-Sender");

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
        return accounts.apply(account)
                .map(rules -> reversePath
                        .mailbox()
                        .flatMap(mailbox -> refuses(rules, "The reverse-path", Stream.of(mailbox.domain()))))
                .orElse(Optional.of(Replies.ACCOUNT_UNKNOWN));
    }

    /** Judges the header section of a message that the account submits. */
    public Optional<Reply> refuses(String account, List<HeaderField> fields) {
        return accounts.apply(account)
                .map(rules -> refuses(rules, fields))
                .orElse(Optional.of(Replies.ACCOUNT_UNKNOWN));
    }

    private Optional<Reply> refuses(Directory.Account rules, List<HeaderField> fields) {
        var from = addresses(fields, "From");
        // With two From fields, some programs show the first and some the last.
        if (rules.verifiedSendersOnly()
                && (from.size() != 1
                        || !from.getFirst().complete()
                        || from.getFirst().mailboxes().isEmpty())) {
            return Optional.of(Replies.FROM_UNREADABLE);
        }
        return from.stream()
                .flatMap(field -> refuses(rules, "From", field).stream())
                .findFirst()
                .or(() -> OTHER_FIELDS.stream()
                        .flatMap(name -> addresses(fields, name).stream()
                                .flatMap(field -> rules.verifiedSendersOnly() && !field.complete()
                                        ? Stream.of(Replies.senderUnreadable(name))
                                        : refuses(rules, name, field).stream()))
                        .findFirst());
    }

    private Optional<Reply> refuses(Directory.Account rules, String name, AddressField field) {
        return refuses(
                rules,
                name,
                Stream.concat(field.mailboxes().stream().map(Mailbox::domain), field.named().stream())
                        .distinct());
    }

    private Optional<Reply> refuses(Directory.Account rules, String place, Stream<String> names) {
        return names.flatMap(name -> owner(name)
                        .map(owner -> owner.equals(rules.id())
                                ? Optional.<Reply>empty()
                                : Optional.of(Replies.verifiedByAnother(place, name)))
                        .orElse(
                                rules.verifiedSendersOnly()
                                        ? Optional.of(Replies.notVerified(place, name))
                                        : Optional.empty())
                        .stream())
                .findFirst();
    }

    /**
     * The mailbox to name in Sender: the login, if it is an address that the account may send from, the account asks for
     * it and From does not name it already.
     */
    Optional<Mailbox> sender(String account, String username, List<HeaderField> fields) {
        return accounts.apply(account)
                .filter(Directory.Account::addSender)
                .flatMap(rules -> Mailbox.parse(username)
                        .filter(login -> refuses(rules, "Sender", Stream.of(login.domain()))
                                .isEmpty()))
                .filter(login -> addresses(fields, "From").stream()
                        .flatMap(from -> from.mailboxes().stream())
                        .noneMatch(author -> author.toString().equalsIgnoreCase(login.toString())));
    }

    /**
     * The account that has verified this domain or, if none has, the nearest domain above it that an account has
     * verified. Domains that are only registered count for nobody.
     */
    private Optional<String> owner(String domain) {
        var name = domain;
        while (!name.isEmpty()) {
            var verified = domains.apply(name).filter(Directory.Domain::verified);
            if (verified.isPresent()) {
                return verified.map(Directory.Domain::account);
            }
            int dot = name.indexOf('.');
            name = dot < 0 ? "" : name.substring(dot + 1);
        }
        return Optional.empty();
    }

    private static List<AddressField> addresses(List<HeaderField> fields, String name) {
        return fields.stream()
                .filter(field -> field.is(name))
                .map(AddressField::read)
                .toList();
    }
}
