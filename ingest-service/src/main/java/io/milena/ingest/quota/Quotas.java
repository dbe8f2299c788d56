package io.milena.ingest.quota;

import io.milena.smtp.Replies;
import io.milena.topics.Directory;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Admits messages within their accounts' limits, which hold over all replicas together: each message admitted is
 * covered by a lease. Accounts without limits need none. Thread-safe; never blocks.
 */
public final class Quotas {
    private static final Future<Admission> WELCOME = Future.succeededFuture(new Admission.Admitted(() -> {}));

    private static final long SETTLING_MILLIS = 1_000;

    private record Limits(Optional<Long> day, Optional<Integer> second) {}

    /** An account's allowances, under the limits that were seen last. */
    private final class Limited {
        private final DayAllowance day;
        private final RateAllowance rate;
        private Limits limits;

        Limited(String account, Limits limits) {
            this.day = new DayAllowance(account, leases::ask, ticker);
            this.rate = new RateAllowance(account, leases::ask, ticker);
            this.limits = limits;
        }

        /** After a change of limits nothing more is admitted without asking. */
        synchronized void see(Limits now) {
            if (!now.equals(limits)) {
                limits = now;
                day.giveUpUnused();
                rate.limitChanged();
            }
        }
    }

    private final Function<String, Optional<Directory.Account>> accounts;
    private final Leases leases;
    private final Ticker ticker;
    private final Map<String, Limited> limited = new ConcurrentHashMap<>();

    public Quotas(Function<String, Optional<Directory.Account>> accounts, Leases leases, Ticker ticker) {
        this.accounts = accounts;
        this.leases = leases;
        this.ticker = ticker;
        ticker.in(SETTLING_MILLIS, this::settle);
    }

    /** Admits or refuses one message of this account, now or within about ten seconds. Never fails. */
    public Future<Admission> admit(String account) {
        return accounts.apply(account)
                .map(rules -> admit(account, new Limits(rules.messagesPerDay(), rules.messagesPerSecond())))
                // Limits that are not known do not count as none.
                .orElseGet(() -> Future.succeededFuture(new Admission.Refused(Replies.ACCOUNT_UNKNOWN)));
    }

    private Future<Admission> admit(String account, Limits limits) {
        if (limits.day().isEmpty() && limits.second().isEmpty()) {
            return WELCOME;
        }
        var allowances = limited.computeIfAbsent(account, id -> new Limited(id, limits));
        allowances.see(limits);
        var admitted = limits.day().isPresent() ? allowances.day.take() : WELCOME;
        return limits.second().isPresent() ? admitted.compose(day -> paced(day, allowances.rate)) : admitted;
    }

    private static Future<Admission> paced(Admission day, RateAllowance rate) {
        return switch (day) {
            case Admission.Refused refused -> Future.succeededFuture(refused);
            case Admission.Admitted(var giveBack) ->
                rate.take().map(paced -> switch (paced) {
                    case Admission.Admitted admitted -> day;
                    case Admission.Refused refused -> {
                        giveBack.run();
                        yield refused;
                    }
                });
        };
    }

    private void settle() {
        limited.values().forEach(allowances -> {
            allowances.day.settle();
            allowances.rate.settle();
        });
        ticker.in(SETTLING_MILLIS, this::settle);
    }

    /**
     * Gives leases back, when nothing more is to be admitted. A share of a rate that was in use a second ago lapses by
     * itself.
     */
    public Future<?> close() {
        List<Future<?>> given = new ArrayList<>();
        limited.values().forEach(allowances -> {
            given.add(allowances.day.giveUpUnused());
            given.add(allowances.rate.giveUp());
        });
        return Future.join(given);
    }
}
