package io.milena.delivery.operator.order;

import io.milena.delivery.egress.Pools;
import io.milena.delivery.operator.Started;
import io.milena.delivery.order.Order;
import io.milena.delivery.order.Orders;
import io.milena.delivery.route.Routes;
import io.milena.operator.Problem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;

/** The orders of this replica, once it has started. Thread-safe. */
@ApplicationScoped
public class OrderDesk {
    private final Started<Orders> orders = new Started<>();
    private final Started<Pools> pools = new Started<>();

    /** Call once; {@code known} are the pools and sources that mail can be rebound to. */
    public void start(Orders started, Pools known) {
        pools.with(known);
        orders.with(started);
    }

    /** Throws {@link IllegalArgumentException} if mail cannot be rebound to the target. */
    void checkRebinding(String target) {
        if (Pools.isPoolOrSource(target)) {
            pools.get().check(target);
        } else {
            Routes.target(target);
        }
    }

    /** Answers with a problem document if there is no source of this name. */
    void checkSource(String name) {
        try {
            pools.get().check("source:" + name);
        } catch (IllegalArgumentException e) {
            throw Problem.of(Response.Status.BAD_REQUEST, "source: " + e.getMessage())
                    .exception();
        }
    }

    public List<Order> active() {
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
