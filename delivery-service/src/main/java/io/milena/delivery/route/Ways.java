package io.milena.delivery.route;

import io.milena.delivery.egress.Choice;
import io.milena.delivery.egress.Pools;
import io.milena.delivery.order.Order;
import io.milena.delivery.order.StandingOrders;
import io.milena.delivery.order.Subject;
import io.milena.delivery.remote.Cause;
import io.milena.delivery.tls.TlsLevel;
import io.milena.delivery.tls.TlsNeed;
import io.milena.mail.HeaderField;
import io.milena.topics.Directory;
import io.milena.topics.Envelope;
import io.milena.topics.MailRecord;
import io.milena.topics.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Chooses the way of a message: by the configured routes, by its and its account's TLS requirements, and by turns among
 * the sources. Thread-safe.
 */
public final class Ways {
    private static final String TAG = "X-Milena-Tag";

    private final Routes routes;
    private final Pools pools;
    private final StandingOrders orders;
    private final UnaryOperator<String> siteOf;
    private final Function<String, Optional<Directory.Account>> accounts;
    private final Clock clock;

    /** {@code siteOf} gives the site of a domain, if that is known. */
    public Ways(
            Routes routes,
            Pools pools,
            StandingOrders orders,
            UnaryOperator<String> siteOf,
            Function<String, Optional<Directory.Account>> accounts,
            Clock clock) {
        this.routes = routes;
        this.pools = pools;
        this.orders = orders;
        this.siteOf = siteOf;
        this.accounts = accounts;
        this.clock = clock;
    }

    /** The way, or why there is none for now. */
    public sealed interface Found permits Open, Shut, Blocked {}

    public record Open(Way way) implements Found {}

    /** {@code turn}: how long to wait before asking again. */
    public record Shut(Cause why, Duration turn) implements Found {}

    /** Orders keep each source from sending it; {@code howLong}: until the first of them ends, or is withdrawn. */
    public record Blocked(Cause why, Duration howLong) implements Found {}

    public Found choose(MailRecord mail) {
        var envelope = mail.envelope();
        var domain = envelope.recipients().getFirst().domain();
        boolean ordered = !orders.active().isEmpty();
        var tag = ordered || routes.byTag() || pools.byTag() ? tag(mail) : Optional.<String>empty();
        var rebound = ordered ? rebound(envelope, domain, tag.orElse("")) : Optional.<String>empty();
        var route = rebound.filter(target -> !Pools.isPoolOrSource(target))
                .map(Routes::target)
                .orElseGet(() -> routes.of(domain, envelope.account(), tag));
        var destination = Way.destination(route, domain);
        var choice = rebound.filter(Pools::isPoolOrSource)
                .flatMap(target -> pools.chooseFrom(target, destination))
                .orElseGet(() -> pools.choose(envelope.account(), tag, destination));
        return switch (choice) {
            case Choice.Chosen(var source) -> new Open(Way.of(route, domain, need(envelope), source));
            case Choice.WarmingUp(var from, var turn) ->
                new Shut(new Cause.NotTried(from + " is being warmed up, and this hour's mail has gone"), turn);
            case Choice.AllBlocked(var from) ->
                new Blocked(new Cause.NoSource(from + " may not send to " + destination), untilUnblocked());
        };
    }

    private Duration untilUnblocked() {
        return orders.blockedUntil()
                .map(until -> Duration.between(clock.instant(), until))
                .orElse(Topics.HOLD);
    }

    /** The target of an order about its way: a route, a pool of sources or one source. */
    private Optional<String> rebound(Envelope envelope, String domain, String tag) {
        return orders.about(
                        new Subject(envelope.id(), envelope.account(), domain, siteOf.apply(domain), tag, ""),
                        Set.of(Order.Action.REBIND))
                .flatMap(Order::value);
    }

    /** A message for which this way was chosen was not sent: it does not count for the source. */
    public void giveBack(Way way) {
        pools.giveBack(way.source());
    }

    private TlsNeed need(Envelope envelope) {
        var level = accounts.apply(envelope.account())
                .flatMap(Directory.Account::tls)
                .map(Ways::level);
        return new TlsNeed(
                level.orElse(TlsLevel.OPPORTUNISTIC),
                everyHop(envelope),
                envelope.wishes().tlsOptional());
    }

    /** RFC 8689 §5: a bounce report is not dropped for want of TLS; it contains only the header section. */
    private static boolean everyHop(Envelope envelope) {
        boolean report = envelope.hasNullReversePath() && envelope.account().isEmpty();
        return envelope.wishes().requireTls() && !report;
    }

    /** An unknown level of a newer auth-service counts as the strictest that we know. */
    private static TlsLevel level(String name) {
        return switch (name) {
            case "opportunistic" -> TlsLevel.OPPORTUNISTIC;
            case "require" -> TlsLevel.REQUIRE;
            default -> TlsLevel.VERIFY;
        };
    }

    /** The tag, which selects routes, pools and orders. */
    public static Optional<String> tag(MailRecord mail) {
        return mail.envelope().wishes().tag().or(() -> tagField(mail));
    }

    /** Versions before left the tag in the header section; now ingest takes the field out. */
    private static Optional<String> tagField(MailRecord mail) {
        return HeaderField.parse(mail.content(), mail.envelope().content().headerLength()).stream()
                .filter(field -> field.is(TAG))
                .map(field -> field.text().strip())
                .findFirst();
    }
}
