package io.milena.delivery.order;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The orders that hold now. Thread-safe; never blocks. */
public interface StandingOrders {
    /** Those that hold now, the oldest first. */
    List<Order> active();

    /** Another number whenever an order came or went; one that is over by time changes nothing. */
    int changes();

    default Optional<Order> get(String id) {
        return active().stream().filter(order -> order.id().equals(id)).findFirst();
    }

    /** The order of one of these kinds that holds for it: the one that was given last. */
    default Optional<Order> about(Subject subject, Set<Order.Action> actions) {
        return active().stream()
                .filter(order ->
                        actions.contains(order.action()) && order.selector().fits(subject))
                .reduce((earlier, later) -> later);
    }

    /** Whether a source is not to be used at a site, though others may be. */
    default boolean blocks(String source, String site) {
        var subject = Subject.of(site, source);
        return active().stream()
                .anyMatch(order -> order.action() == Order.Action.SUSPEND
                        && order.selector().source().isPresent()
                        && order.selector().fits(subject));
    }
}
