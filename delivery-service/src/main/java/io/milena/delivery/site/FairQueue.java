package io.milena.delivery.site;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * The mail that waits for one site. Classes take turns by weight, and within a class accounts take turns by deficit
 * round-robin (Shreedhar and Varghese, 1995): each gets as many octets a round as any other, however much it has
 * waiting. Every step is O(1). Not thread-safe.
 */
public final class FairQueue<T> {
    /**
     * Octets that an account may send per round. A message costs its size, but at least the cost of its commands, and
     * at most eight quanta, so that its turn comes within eight rounds.
     */
    private static final long QUANTUM = 32 * 1024L;

    private static final long LEAST_COST = 4 * 1024L;
    private static final long MOST_COST = 8 * QUANTUM;

    private final Function<T, String> account;
    private final ToLongFunction<T> size;
    private final List<Lane> lanes;
    /** Number of waiting messages of each account that has any. */
    private final Map<String, Integer> accounts = new HashMap<>();

    private Waiting all = Waiting.NOTHING;

    /** An amount of waiting mail. */
    public record Waiting(int messages, long octets) {
        static final Waiting NOTHING = new Waiting(0, 0);

        private Waiting plus(int change, long size) {
            return new Waiting(messages + change, octets + change * size);
        }

        private Waiting plus(Waiting more) {
            return new Waiting(messages + more.messages, octets + more.octets);
        }
    }

    /** {@code weights}: turns per round of each class, the most urgent class first. */
    public FairQueue(List<Integer> weights, Function<T, String> account, ToLongFunction<T> size) {
        this.account = account;
        this.size = size;
        this.lanes = weights.stream().map(Lane::new).toList();
    }

    /** One class: the accounts with waiting mail, in the order of their turns. */
    private final class Lane {
        private final int weight;
        private final Map<String, Turns> accounts = new HashMap<>();
        private final Deque<Turns> round = new ArrayDeque<>();
        private Waiting all = Waiting.NOTHING;
        /** Credit for its next turn (smooth weighted round-robin). */
        private int credit;

        private Lane(int weight) {
            this.weight = weight;
        }

        private Turns turns(String name) {
            return accounts.computeIfAbsent(name, key -> {
                var turns = new Turns(name);
                round.add(turns);
                return turns;
            });
        }

        private T poll() {
            while (true) {
                var first = round.element();
                var next = first.queue.element();
                long cost = cost(next);
                if (first.deficit < cost) {
                    first.deficit += QUANTUM;
                    round.add(round.remove());
                    continue;
                }
                first.deficit -= cost;
                first.queue.remove();
                count(this, first, next, -1);
                if (first.queue.isEmpty()) {
                    // An account without waiting mail saves nothing up.
                    forget(first);
                }
                return next;
            }
        }

        private void forget(Turns turns) {
            round.remove(turns);
            accounts.remove(turns.name);
        }
    }

    /** One account's messages of one class, and the octets that it may send before the next account's turn. */
    private final class Turns {
        private final String name;
        private final Deque<T> queue = new ArrayDeque<>();
        private Waiting waiting = Waiting.NOTHING;
        private long deficit;

        private Turns(String name) {
            this.name = name;
        }
    }

    private long cost(T message) {
        return Math.clamp(size.applyAsLong(message), LEAST_COST, MOST_COST);
    }

    public void add(T message, int lane) {
        var turns = lanes.get(lane).turns(account.apply(message));
        turns.queue.add(message);
        count(lanes.get(lane), turns, message, 1);
    }

    /** Puts back a message that could not use its turn, before all others of its account and class. */
    public void giveBack(T message, int lane) {
        var turns = lanes.get(lane).turns(account.apply(message));
        turns.queue.addFirst(message);
        turns.deficit += cost(message);
        count(lanes.get(lane), turns, message, 1);
    }

    /** Takes the message whose turn it is; empty if nothing waits. */
    public Optional<T> poll() {
        if (isEmpty()) {
            return Optional.empty();
        }
        int total = 0;
        Lane chosen = null;
        for (var lane : lanes) {
            if (!lane.round.isEmpty()) {
                total += lane.weight;
                lane.credit += lane.weight;
                if (chosen == null || lane.credit > chosen.credit) {
                    chosen = lane;
                }
            }
        }
        if (chosen == null) {
            throw new IllegalStateException(all + " wait, and no class has them");
        }
        chosen.credit -= total;
        var next = chosen.poll();
        if (chosen.round.isEmpty()) {
            chosen.credit = 0;
        }
        return Optional.of(next);
    }

    private void count(Lane lane, Turns turns, T message, int change) {
        long octets = size.applyAsLong(message);
        all = all.plus(change, octets);
        lane.all = lane.all.plus(change, octets);
        turns.waiting = turns.waiting.plus(change, octets);
        if (accounts.merge(turns.name, change, Integer::sum) == 0) {
            accounts.remove(turns.name);
        }
    }

    public Waiting all() {
        return all;
    }

    public boolean isEmpty() {
        return all.messages() == 0;
    }

    /** Mail in this class and the more urgent ones. */
    public Waiting all(int lane) {
        var sum = Waiting.NOTHING;
        for (int i = 0; i <= lane; i++) {
            sum = sum.plus(lanes.get(i).all);
        }
        return sum;
    }

    /** Mail of an account, in this class and the more urgent ones. */
    public Waiting of(String name, int lane) {
        var sum = Waiting.NOTHING;
        for (int i = 0; i <= lane; i++) {
            var turns = lanes.get(i).accounts.get(name);
            if (turns != null) {
                sum = sum.plus(turns.waiting);
            }
        }
        return sum;
    }

    /** Number of accounts with waiting mail. */
    public int accounts() {
        return accounts.size();
    }

    /** Names of the accounts with waiting mail. */
    public Set<String> names() {
        return Set.copyOf(accounts.keySet());
    }

    /** Removes and returns the messages that match, those of each account in their order. */
    public List<T> remove(Predicate<T> wanted) {
        var removed = new ArrayList<T>();
        for (var lane : lanes) {
            for (var turns : List.copyOf(lane.round)) {
                int before = removed.size();
                turns.queue.removeIf(message -> wanted.test(message) && removed.add(message));
                removed.subList(before, removed.size()).forEach(message -> count(lane, turns, message, -1));
                if (turns.queue.isEmpty()) {
                    lane.forget(turns);
                }
            }
        }
        return removed;
    }

    /** All waiting messages, in no particular order. */
    public List<T> waiting() {
        return lanes.stream()
                .flatMap(lane -> lane.round.stream())
                .flatMap(turns -> turns.queue.stream())
                .toList();
    }
}
