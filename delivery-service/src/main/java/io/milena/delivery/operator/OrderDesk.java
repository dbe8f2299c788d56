package io.milena.delivery.operator;

import io.milena.delivery.order.Order;
import io.milena.delivery.order.Orders;
import io.milena.operator.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;

/** The orders of this replica, once it has started. Thread-safe. */
@ApplicationScoped
public class OrderDesk {
    private volatile Optional<Orders> orders = Optional.empty();

    /** To be called once. */
    public void start(Orders started) {
        orders = Optional.of(started);
    }

    List<Order> active() {
        return started().active();
    }

    Optional<Order> get(String id) {
        return started().get(id);
    }

    void give(Order order) {
        started().give(order);
    }

    void withdraw(String id) {
        started().withdraw(id);
    }

    private Orders started() {
        return orders.orElseThrow(
                () -> Problem.of(Response.Status.SERVICE_UNAVAILABLE, "the service has not started yet")
                        .exception());
    }
}
