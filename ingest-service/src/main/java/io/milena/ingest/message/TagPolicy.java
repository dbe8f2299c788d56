package io.milena.ingest.message;

import io.milena.smtp.Parsed;
import io.milena.smtp.Replies;
import io.milena.smtp.SessionState.Transaction;
import io.milena.topics.Directory;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Judges X-Milena-Tag, which selects routes, pools and orders: an account may use the tags that it was given. Thread-safe. */
public final class TagPolicy {
    private final Function<String, Optional<Directory.Account>> accounts;

    public TagPolicy(Function<String, Optional<Directory.Account>> accounts) {
        this.accounts = accounts;
    }

    /** The tag of a message whose X-Milena-Tag fields have these values; an empty value is no tag. */
    Parsed<Optional<String>> assign(Transaction transaction, List<String> values) {
        var named = values.stream().filter(value -> !value.isEmpty()).toList();
        // Mail to a return address comes from outside: its X-Milena-Tag does not count.
        if (named.isEmpty() || transaction.returned()) {
            return Parsed.good(Optional.empty());
        }
        var tag = named.getFirst();
        if (named.size() > 1 || !Directory.Account.isTag(tag)) {
            return Parsed.bad(Replies.TAG_FIELD);
        }
        return accounts.apply(transaction.account())
                        .filter(account -> account.mayUseTag(tag))
                        .isPresent()
                ? Parsed.good(Optional.of(tag))
                : Parsed.bad(Replies.TAG_NOT_ALLOWED);
    }
}
