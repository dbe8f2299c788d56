package io.milena.ingest.quota;

import io.vertx.core.Future;

/** Where leases come from: auth-service, which sees to it that all replicas together never hold more than the limit. */
public interface Leases {
    /** What is shared. */
    enum Measure {
        DAY,
        SECOND
    }

    /**
     * What this replica says.
     *
     * @param period of the last grant; empty before the first
     * @param held what it may have used, or may use before the answer is here
     * @param wanted what it would like to hold
     */
    record Wish(String account, Measure measure, long sequence, String period, long held, long wanted) {}

    /**
     * What it hears.
     *
     * @param held what it may hold
     * @param target what it should come down to, for the sake of others
     * @param millis for how long, from when it asked
     */
    record Grant(long held, long target, long millis, String period) {}

    /** Fails when no answer is to be had. */
    Future<Grant> ask(Wish wish);
}
