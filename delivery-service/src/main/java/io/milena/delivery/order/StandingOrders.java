package io.milena.delivery.order;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The orders in force. Thread-safe; never blocks. */
public interface StandingOrders {
    /** The orders in force, the oldest first. */
    List<Order> active();

    /** Changes whenever an order is given or withdrawn; an order that ends by time does not change it. */
    int changes();

    default Optional<Order> get(String id) {
        return active().stream().filter(order -> order.id().equals(id)).findFirst();
    }

    /** The order of one of these kinds that applies to the subject: the one that was given last. */
    default Optional<Order> about(Subject subject, Set<Order.Action> actions) {
        return active().stream()
                .filter(order ->
                        actions.contains(order.action()) && order.selector().fits(subject))
                .reduce((earlier, later) -> later);
    }

    /** Whether a source must not be used at a site, though others may be. */
    default boolean blocks(String source, String site) {
        var subject = Subject.of(site, source);
        return active().stream()
                .anyMatch(order -> blocks(order) && order.selector().fits(subject));
    }

    private static boolean blocks(Order order) {
        return order.action() == Order.Action.SUSPEND
                && order.selector().source().isPresent();
    }

    /** When the first order ends that keeps sources from being used; empty if all of them must be withdrawn. */
    default Optional<Instant> blockedUntil() {
        return active().stream()
                .filter(StandingOrders::blocks)
                .flatMap(order -> order.until().stream())
                .min(Comparator.naturalOrder());
    }
}
