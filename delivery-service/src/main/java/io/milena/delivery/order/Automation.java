package io.milena.delivery.order;

import io.milena.delivery.shaping.Rule;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * Reads the replies of hosts, and gives the orders of matching {@link Rule}s. Each replica counts the replies that it
 * hears itself. Thread-safe; {@link #hear} does not block.
 */
public final class Automation {
    /** Largest number of counts; more sites that fail at once are a larger problem than a missed rule. */
    private static final int MOST_COUNTS = 10_000;

    private final Supplier<List<Rule>> rules;
    private final Predicate<String> holds;
    private final Consumer<Order> give;
    private final Clock clock;
    private final Map<Trigger, ArrayDeque<Instant>> heard = new ConcurrentHashMap<>();

    /** The key of a count. */
    private record Trigger(String rule, String site, Optional<String> source, Optional<String> account) {
        /** Equal for equal triggers, so that an order in force is given only once. */
        private String orderId() {
            var sum = new CRC32C();
            sum.update((site + "\0" + source + "\0" + account).getBytes(StandardCharsets.UTF_8));
            return rule + "-" + Long.toHexString(sum.getValue());
        }
    }

    /** {@code holds} tells whether the order with this id is in force; {@code give} must not block. */
    public Automation(Supplier<List<Rule>> rules, Predicate<String> holds, Consumer<Order> give, Clock clock) {
        this.rules = rules;
        this.holds = holds;
        this.give = give;
        this.clock = clock;
    }

    /** A host of the site refused mail of the account; {@code said} is its reply as one line. */
    public void hear(String site, Optional<String> source, String account, String said) {
        for (var rule : rules.get()) {
            if (rule.matches(site, said)) {
                var trigger = new Trigger(
                        rule.name(),
                        site,
                        source,
                        isAboutAccount(rule.deed()) ? Optional.of(account) : Optional.empty());
                if (isDue(rule, trigger)) {
                    give.accept(order(rule, trigger, said));
                }
            }
        }
    }

    private boolean isDue(Rule rule, Trigger trigger) {
        if (holds.test(trigger.orderId())) {
            return false;
        }
        if (rule.after().isEmpty()) {
            return true;
        }
        if (heard.size() > MOST_COUNTS) {
            heard.clear();
        }
        var after = rule.after().get();
        var now = clock.instant();
        var times = heard.computeIfAbsent(trigger, key -> new ArrayDeque<>());
        synchronized (times) {
            times.add(now);
            while (times.peek().isBefore(now.minus(after.per()))) {
                times.remove();
            }
            boolean due = times.size() >= after.count();
            if (due) {
                times.clear();
            }
            return due;
        }
    }

    private Order order(Rule rule, Trigger trigger, String said) {
        var now = clock.instant();
        return new Order(
                trigger.orderId(),
                action(rule.deed()),
                Selector.at(trigger.site(), trigger.source(), trigger.account()),
                value(rule.deed()),
                said,
                "rule " + rule.name(),
                now,
                Optional.of(now.plus(rule.lasting())));
    }

    private static boolean isAboutAccount(Rule.Deed deed) {
        return switch (deed) {
            case Rule.Deed.Suspend(var account) -> account;
            case Rule.Deed.Bounce(var account) -> account;
            case Rule.Deed.Slow slow -> false;
            case Rule.Deed.Tls tls -> false;
        };
    }

    private static Order.Action action(Rule.Deed deed) {
        return switch (deed) {
            case Rule.Deed.Suspend suspend -> Order.Action.SUSPEND;
            case Rule.Deed.Bounce bounce -> Order.Action.BOUNCE;
            case Rule.Deed.Slow slow -> Order.Action.RATE;
            case Rule.Deed.Tls tls -> Order.Action.TLS;
        };
    }

    private static Optional<String> value(Rule.Deed deed) {
        return switch (deed) {
            case Rule.Deed.Suspend suspend -> Optional.empty();
            case Rule.Deed.Bounce bounce -> Optional.empty();
            case Rule.Deed.Slow(var rate) -> Optional.of(rate.toString());
            case Rule.Deed.Tls(var required) -> Optional.of(required ? "require" : "off");
        };
    }
}
