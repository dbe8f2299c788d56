package io.milena.topics.kafka;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Notices that a group takes no commit of a member any more, though the member has not noticed. Usually a consumer
 * learns from its heartbeat that it is no member, and joins again. Its heartbeats follow the wall clock: after that was
 * set back it sends none, and notices nothing, for as long as the step was. Confined to the thread of a loop.
 */
final class Expulsion {
    /** Refusals must last so long: after a rebalance a member is refused once or twice, and then knows. */
    static final Duration LIMIT = GroupMember.SESSION.multipliedBy(2);

    private final LongSupplier nanos;
    /** The first and the latest refusal since the last success. A loop that has nothing to commit is not refused. */
    private Optional<Refusals> refusals = Optional.empty();

    private record Refusals(long first, long latest, RuntimeException why) {}

    /** {@code nanos}: of a clock that nobody sets, such as {@link System#nanoTime}. */
    Expulsion(LongSupplier nanos) {
        this.nanos = nanos;
    }

    void committed() {
        refusals = Optional.empty();
    }

    /** The group has refused a commit as one of no member. */
    void refused(RuntimeException why) {
        long now = nanos.getAsLong();
        refusals = Optional.of(new Refusals(refusals.map(Refusals::first).orElse(now), now, why));
    }

    /** The latest refusal, if every commit was refused for longer than {@link #LIMIT}. */
    Optional<RuntimeException> refusal() {
        return refusals.filter(all -> all.latest() - all.first() > LIMIT.toNanos())
                .map(Refusals::why);
    }
}
