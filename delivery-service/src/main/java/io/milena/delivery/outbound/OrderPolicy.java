package io.milena.delivery.outbound;

import io.milena.delivery.order.Automation;
import io.milena.delivery.order.Order;
import io.milena.delivery.order.StandingOrders;
import io.milena.delivery.order.Subject;
import io.milena.delivery.relay.Line;
import io.milena.delivery.remote.Cause;
import io.milena.delivery.route.Ways;
import io.milena.delivery.site.QueuedMail;
import io.milena.delivery.site.Site;
import io.milena.smtp.Reply;
import io.milena.topics.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Applies standing orders to mail, and passes replies of hosts to the rules, which may give orders. Thread-safe, except
 * {@link #hasChanged()}.
 */
public final class OrderPolicy {
    /** Mail that is suspended without an end: a withdrawal brings it out of its tier. */
    private static final Duration UNTIL_WITHDRAWN = Topics.HOLD;

    private static final Set<Order.Action> ABOUT_MAIL =
            Set.of(Order.Action.SUSPEND, Order.Action.BOUNCE, Order.Action.DISCARD);

    private final StandingOrders orders;
    private final Automation automation;
    private final Clock clock;
    private int seen;

    public OrderPolicy(StandingOrders orders, Automation automation, Clock clock) {
        this.orders = orders;
        this.automation = automation;
        this.clock = clock;
    }

    /** The effect of an order on a message. */
    sealed interface Deed {
        record Wait(Cause why, Duration howLong) implements Deed {}

        record Bounce(Cause why) implements Deed {}

        record Cancel(Cause why) implements Deed {}
    }

    /** Whether orders were added or removed since the last call. Called by the loop only. */
    boolean hasChanged() {
        int now = orders.changes();
        boolean changed = now != seen;
        seen = now;
        return changed;
    }

    /** The suspend, bounce or discard order for this message, if there is one. */
    Optional<Order> about(QueuedMail mail, Site site) {
        if (orders.active().isEmpty()) {
            return Optional.empty();
        }
        return orders.about(subject(mail, site), ABOUT_MAIL);
    }

    static Subject subject(QueuedMail mail, Site site) {
        return new Subject(
                mail.mail().envelope().id(),
                mail.account(),
                mail.domain(),
                site.name().name(),
                Ways.tag(mail.mail()).orElse(""),
                site.source().orElse(""));
    }

    Deed deed(Order order) {
        var said = order.reason() + " (" + order.by() + ", " + order.selector() + ")";
        return switch (order.action()) {
            // RFC 3463 §3.4: X.3.2 means that the system accepts no messages now, X.3.0 that its state is not
            // specified. §3.8: X.7.1 means that delivery is not authorized.
            case SUSPEND -> new Deed.Wait(new Cause.Ordered("4.3.2", "suspended: " + said), howLong(order));
            case BOUNCE -> new Deed.Bounce(new Cause.Ordered("5.7.1", "sent back: " + said));
            case DISCARD -> new Deed.Cancel(new Cause.Ordered("5.3.0", "discarded: " + said));
            case REBIND, RATE, TLS ->
                throw new IllegalArgumentException(order.action() + " is not about a message's fate");
        };
    }

    private Duration howLong(Order order) {
        if (order.selector().source().isPresent()) {
            // No wait, since another source may be allowed to send it.
            return Duration.ZERO;
        }
        return order.until()
                .map(until -> Duration.between(clock.instant(), until))
                .map(left -> left.isNegative() ? Duration.ZERO : left)
                .orElse(UNTIL_WITHDRAWN);
    }

    /**
     * Passes the replies of one attempt to the rules. Equal replies count once, however many recipients they are about.
     */
    void hear(QueuedMail mail, Site site, Line.Relayed relayed) {
        Stream.concat(relayed.results().stream().flatMap(result -> result.failure().stream()), shut(relayed.contact()))
                .flatMap(cause -> cause.said().stream())
                .map(Reply::quoted)
                .distinct()
                .forEach(said -> automation.hear(site.name().name(), site.source(), mail.account(), said));
    }

    private static Stream<Cause> shut(Line.Contact contact) {
        return contact instanceof Line.Contact.Shut(var why) ? Stream.of(why) : Stream.empty();
    }
}
