package io.milena.ingest.quota;

import io.vertx.core.Future;

/** The source of leases: auth-service, which makes sure that all replicas together never hold more than the limit. */
public interface Leases {
    /** The limits that are shared out. */
    enum Measure {
        DAY,
        SECOND
    }

    /**
     * A request of this replica.
     *
     * @param period of the last grant; empty before the first
     * @param held the amount that it may have used, or may use before the answer is here
     * @param wanted the amount that it would like to hold
     */
    record Wish(String account, Measure measure, long sequence, String period, long held, long wanted) {}

    /**
     * The answer.
     *
     * @param held the amount that it may hold
     * @param target the amount that it should come down to, for the sake of others
     * @param millis duration of the lease, counted from the request
     */
    record Grant(long held, long target, long millis, String period) {}

    /** Asks for a lease; the future fails if there is no answer. */
    Future<Grant> ask(Wish wish);
}
