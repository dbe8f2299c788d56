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
 * Which priority a message has (RFC 6710 §4.1): what MT-PRIORITY says, else what X-Milena-Priority says, else what its account has; for
 * some senders no more than they may have. Thread-safe.
 */
public final class PriorityPolicy {
    private final Function<String, Optional<Directory.Account>> accounts;

    public PriorityPolicy(Function<String, Optional<Directory.Account>> accounts) {
        this.accounts = accounts;
    }

    /** The level, and whether it is another than the message asked for: one that asks for none asks for the usual one. */
    record Assigned(int level, boolean changed) {}

    /** {@code fields} is what each X-Milena-Priority says; more than one, or one that says nothing we know, is refused. */
    Parsed<Assigned> assign(Transaction transaction, List<String> fields) {
        var named = fields.stream().map(Priority::named).toList();
        // Mail to a return address is a report of another's, and was written to obey nobody here.
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
        // RFC 6710 §4.1: who has not logged in may lower the priority, never raise it.
        if (transaction.returned()) {
            return Priority.NORMAL.level();
        }
        return accountWide == Priority.BULK ? Priority.BULK.level() : Priority.HIGHEST_LEVEL;
    }
}
