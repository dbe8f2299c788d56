package io.milena.delivery.order;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Orders of a test, in force until they are removed. Thread-safe. */
public final class GivenOrders implements StandingOrders {
    private final List<Order> orders = new CopyOnWriteArrayList<>();
    private volatile int changes;

    public void give(Order order) {
        orders.add(order);
        changes++;
    }

    public void withdrawAll() {
        orders.clear();
        changes++;
    }

    @Override
    public List<Order> active() {
        return List.copyOf(orders);
    }

    @Override
    public int changes() {
        return changes;
    }
}
