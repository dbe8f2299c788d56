package io.milena.delivery.operator;

import io.milena.delivery.order.Order;
import io.milena.delivery.order.Orders;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** The orders of this replica, once it has started. Thread-safe. */
@ApplicationScoped
public class OrderDesk {
    private final Started<Orders> orders = new Started<>();

    /** To be called once. */
    public void start(Orders started) {
        orders.with(started);
    }

    List<Order> active() {
        return orders.get().active();
    }

    Optional<Order> get(String id) {
        return orders.get().get(id);
    }

    void give(Order order) {
        orders.get().give(order);
    }

    void withdraw(String id) {
        orders.get().withdraw(id);
    }
}
