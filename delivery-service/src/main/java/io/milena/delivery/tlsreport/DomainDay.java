package io.milena.delivery.tlsreport;

import io.milena.delivery.tls.PublishedPolicy;
import io.milena.delivery.tls.TlsFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The connections to one domain on one day, counted by policy and by kind of failure. Both are bounded; a failure
 * without a row of its own counts in the sum only. Confined to one thread.
 */
final class DomainDay {
    static final int MOST_POLICIES = 20;
    static final int MOST_FAILURES = 100;
    /** Characters that an entry takes beside its texts. */
    private static final int ENTRY = 200;

    private final Room room;
    private final Map<PublishedPolicy, Counts> policies = new LinkedHashMap<>();
    private List<String> rua = List.of();
    private int rows;
    private long taken;

    DomainDay(Room room) {
        this.room = room;
    }

    /** One kind of failure (RFC 8460 §4.4, failure-details). */
    record FailureKind(TlsFailure failure, Optional<String> from, String mxHost, String to) {}

    /** The connections under one policy. */
    static final class Counts {
        private final Map<FailureKind, Long> failures = new LinkedHashMap<>();
        private long succeeded;
        private long failed;

        Map<FailureKind, Long> failures() {
            return failures;
        }

        long succeeded() {
            return succeeded;
        }

        long failed() {
            return failed;
        }
    }

    /** False if there is no room for the session. */
    boolean add(TlsSession session) {
        var counts = policies.get(session.policy());
        if (counts == null) {
            if (policies.size() == MOST_POLICIES || !take(size(session))) {
                return false;
            }
            counts = new Counts();
            policies.put(session.policy(), counts);
        }
        // The last one counts: a domain that moves its mailbox gets the report at the new one.
        rua = session.rua();
        if (session.failure().isEmpty()) {
            counts.succeeded++;
            return true;
        }
        counts.failed++;
        var kind = new FailureKind(session.failure().get(), session.from(), session.mxHost(), session.to());
        if (counts.failures.computeIfPresent(kind, (same, count) -> count + 1) == null
                && rows < MOST_FAILURES
                && take(size(kind))) {
            rows++;
            counts.failures.put(kind, 1L);
        }
        return true;
    }

    private boolean take(long characters) {
        if (!room.take(characters)) {
            return false;
        }
        taken += characters;
        return true;
    }

    private static long size(TlsSession session) {
        var policy = session.policy();
        return ENTRY
                + session.domain().length()
                + Stream.of(policy.strings(), policy.mx(), session.rua())
                        .flatMap(List::stream)
                        .mapToLong(String::length)
                        .sum();
    }

    private static long size(FailureKind kind) {
        return ENTRY
                + kind.failure().explanation().length()
                + kind.mxHost().length()
                + kind.to().length();
    }

    /** Approximate length of its reports together. */
    long length() {
        return taken * rua.size();
    }

    boolean isEmpty() {
        return policies.isEmpty();
    }

    Map<PublishedPolicy, Counts> policies() {
        return policies;
    }

    /** Where the domain wants the report sent. */
    List<ReportUri> rua() {
        return rua.stream()
                .map(ReportUri::parse)
                .flatMap(Optional::stream)
                .limit(ReportRecord.MOST_URIS)
                .toList();
    }

    void forget() {
        room.giveBack(taken);
        taken = 0;
    }
}
