package io.milena.delivery.egress;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Sources that share mail by weight, in a smooth weighted round-robin: each choice credits every source that took part
 * with its fraction of one message and debits the chosen one with a whole message. So the shares are exact over time,
 * and no source gets a run of messages. A source that was left out is not compensated later. Thread-safe.
 */
final class Pool {
    private final String name;
    private final List<Member> members;

    /** A source in this pool. Only used under the pool's lock. */
    private static final class Member {
        private final EgressSource source;
        private final double weight;
        private final Optional<WarmUp> warmUp;
        private double credit;

        Member(EgressSource source, double weight, Optional<WarmUp> warmUp) {
            this.source = source;
            this.weight = weight;
            this.warmUp = warmUp;
        }
    }

    /** A source with its weight and plan. */
    record Share(EgressSource source, int weight, Optional<WarmUp> warmUp) {}

    Pool(String name, List<Share> shares) {
        this.name = name;
        this.members = shares.stream()
                .map(share -> new Member(share.source(), share.weight(), share.warmUp()))
                .toList();
    }

    synchronized Choice choose(Predicate<EgressSource> usable) {
        var open = new ArrayList<>(
                members.stream().filter(member -> usable.test(member.source)).toList());
        if (open.isEmpty()) {
            return new Choice.AllBlocked(name);
        }
        while (!open.isEmpty()) {
            double sum = open.stream().mapToDouble(member -> member.weight).sum();
            var first =
                    Collections.max(open, Comparator.comparingDouble(member -> member.credit + member.weight / sum));
            if (first.warmUp.map(WarmUp::take).orElse(true)) {
                open.forEach(member -> member.credit += member.weight / sum);
                first.credit--;
                return new Choice.Chosen(first.source);
            }
            // It has used its plan for now: it takes no part, and is asked first when it may send again.
            open.remove(first);
        }
        return new Choice.WarmingUp(name, turn(usable));
    }

    /** Gives the message a turn at the source with the earliest free turn. */
    private Duration turn(Predicate<EgressSource> usable) {
        return members.stream()
                .filter(member -> usable.test(member.source))
                .flatMap(member -> member.warmUp.stream())
                .min(Comparator.comparing(WarmUp::nextTurn))
                .map(WarmUp::turn)
                .orElse(Duration.ZERO);
    }
}
