package io.milena.ingest.message;

import io.milena.smtp.Identity;
import io.milena.smtp.Parsed;
import io.milena.smtp.Replies;
import io.milena.smtp.SessionState.Transaction;
import io.milena.topics.Directory;
import io.milena.topics.Priority;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Chooses a message's priority (RFC 6710 §4.1): that of MT-PRIORITY, else of X-Milena-Priority, else of its account.
 * Some senders have an upper bound. Thread-safe.
 */
public final class PriorityPolicy {
    private final Function<String, Optional<Directory.Account>> accounts;

    public PriorityPolicy(Function<String, Optional<Directory.Account>> accounts) {
        this.accounts = accounts;
    }

    /**
     * A level, and whether it differs from the one that the message asked for, or from the usual one if it asked for
     * none.
     */
    record Assigned(int level, boolean changed) {}

    /**
     * Judges a message; {@code fields} has the value of each X-Milena-Priority. More than one field, or an unknown
     * value, is refused.
     */
    Parsed<Assigned> assign(Transaction transaction, List<String> fields) {
        var named = fields.stream().map(Priority::named).toList();
        // Mail to a return address comes from outside: its X-Milena-Priority does not count.
        if (!transaction.returned() && (named.size() > 1 || named.contains(Optional.<Priority>empty()))) {
            return Parsed.bad(Replies.PRIORITY_FIELD);
        }
        var parameter = transaction.mail().parameters().priority();
        var asked = parameter.isPresent()
                ? Optional.of(parameter.getAsInt())
                : named.stream().flatMap(Optional::stream).findFirst().map(Priority::level);
        var accountWide = transaction.submitter().flatMap(this::ofAccount).orElse(Priority.NORMAL);
        int level = Math.min(asked.orElse(accountWide.level()), most(transaction, accountWide));
        return Parsed.good(new Assigned(level, level != asked.orElse(Priority.NORMAL.level())));
    }

    private Optional<Priority> ofAccount(Identity submitter) {
        return accounts.apply(submitter.account())
                .flatMap(Directory.Account::priority)
                .flatMap(Priority::named);
    }

    private static int most(Transaction transaction, Priority accountWide) {
        // RFC 6710 §4.1: a client without login may lower the priority, never raise it.
        if (transaction.returned()) {
            return Priority.NORMAL.level();
        }
        return accountWide == Priority.BULK ? Priority.BULK.level() : Priority.HIGHEST_LEVEL;
    }
}
