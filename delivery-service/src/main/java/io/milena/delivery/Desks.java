package io.milena.delivery;

import io.milena.delivery.operator.group.GroupDesk;
import io.milena.delivery.operator.letter.DeadLetters;
import io.milena.delivery.operator.order.FlushDesk;
import io.milena.delivery.operator.order.OrderDesk;
import io.milena.delivery.operator.order.ShapingDesk;
import io.milena.delivery.operator.queue.MessageDesk;
import io.milena.delivery.operator.queue.Queues;
import jakarta.enterprise.context.ApplicationScoped;

/** The operators' interfaces, which the service starts after its parts. */
@ApplicationScoped
public class Desks {
    private final DeadLetters deadLetters;
    private final OrderDesk orders;
    private final ShapingDesk shaping;
    private final Queues queues;
    private final FlushDesk flushes;
    private final MessageDesk messages;
    private final GroupDesk groups;

    Desks(
            DeadLetters deadLetters,
            OrderDesk orders,
            ShapingDesk shaping,
            Queues queues,
            FlushDesk flushes,
            MessageDesk messages,
            GroupDesk groups) {
        this.deadLetters = deadLetters;
        this.orders = orders;
        this.shaping = shaping;
        this.queues = queues;
        this.flushes = flushes;
        this.messages = messages;
        this.groups = groups;
    }

    public DeadLetters deadLetters() {
        return deadLetters;
    }

    public OrderDesk orders() {
        return orders;
    }

    public ShapingDesk shaping() {
        return shaping;
    }

    public Queues queues() {
        return queues;
    }

    public FlushDesk flushes() {
        return flushes;
    }

    public MessageDesk messages() {
        return messages;
    }

    public GroupDesk groups() {
        return groups;
    }
}
