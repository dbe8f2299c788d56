package io.milena.delivery.relay;

import io.milena.delivery.content.UnusableKeyException;
import io.milena.delivery.remote.Cause;
import io.milena.delivery.remote.Content;
import io.milena.delivery.remote.MailTransaction;
import io.milena.delivery.remote.NextHop;
import io.milena.delivery.remote.Opening;
import io.milena.delivery.remote.RecipientResult;
import io.milena.delivery.remote.RemoteSession;
import io.milena.delivery.route.Route;
import io.milena.delivery.route.Routing;
import io.milena.delivery.route.Way;
import io.milena.delivery.shaping.Limits;
import io.milena.topics.Envelope;
import io.milena.topics.MailRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A worker's connection to a site: makes attempts over at most one open session at a time, for all ways that lead to
 * its host alike. It tries the next host if a host and not the message is at fault. Confined to the worker's thread,
 * which blocks.
 */
public final class Line implements AutoCloseable {
    private static final int MOST_ROUNDS = 3;

    /** A session that was idle for longer is checked before use; in nanoseconds. */
    private static final long FRESH = 500_000_000L;

    private final Relay relay;
    private final Observer observer;
    private RemoteSession session;
    private NextHop hop;
    private Way way;
    private Limits limits;
    private long lastUsed;

    Line(Relay relay, Observer observer) {
        this.relay = relay;
        this.observer = observer;
    }

    /** Whether a session is open that can take another message; ends one that cannot. */
    public boolean ready(Limits limits) {
        if (session != null
                && (session.transactions() >= limits.messagesPerConnection()
                        || session.exhausted()
                        || System.nanoTime() - lastUsed > FRESH && session.stale())) {
            close();
        }
        return session != null;
    }

    /** Makes one attempt. {@code mayComplete} is asked before the end of the content is sent. */
    public Relayed relay(Way wanted, MailRecord mail, BooleanSupplier mayComplete, Limits now) {
        if (wanted.route() instanceof Route.Discard discard) {
            return discarded(mail.envelope(), discard);
        }
        limits = now;
        try {
            var transaction = relay.transaction(mail, mayComplete);
            if (ready(now) && !leadsTo(wanted)) {
                close();
            }
            way = wanted;
            var reused = overOpenSession(transaction);
            return reused.isPresent() ? new Relayed(reused.get(), Contact.MADE) : overNewSession(transaction);
        } catch (Content.Unreadable e) {
            drop();
            var cause = new Cause.Broken(
                    Optional.empty(), "4.3.0", "the content cannot be read just now: " + e.getMessage());
            return new Relayed(RecipientResult.notDelivered(mail.envelope().recipients(), cause), Contact.NONE);
        } catch (UnusableKeyException e) {
            // Before a host was asked: an open session goes on with the mail of others.
            var cause = new Cause.Unsigned(e.domain(), e.getMessage());
            return new Relayed(RecipientResult.notDelivered(mail.envelope().recipients(), cause), Contact.NONE);
        } finally {
            lastUsed = System.nanoTime();
        }
    }

    /**
     * Empty if there is no session, or if it broke before the host took the message, which says nothing of the host.
     */
    private Optional<List<RecipientResult>> overOpenSession(MailTransaction transaction) throws Content.Unreadable {
        if (session == null) {
            return Optional.empty();
        }
        return switch (session.send(transaction, limits.recipientsPerTransaction())) {
            case RemoteSession.Settled settled -> Optional.of(kept(settled));
            case RemoteSession.HostFailed failed -> {
                drop();
                yield Optional.empty();
            }
            case RemoteSession.ExtensionRefused refused -> {
                drop();
                yield Optional.empty();
            }
        };
    }

    private Relayed overNewSession(MailTransaction transaction) throws Content.Unreadable {
        return switch (relay.hosts(way)) {
            case Routing.Nowhere(var status, var explanation) -> {
                var cause = new Cause.NoRoute(status, explanation);
                yield new Relayed(
                        RecipientResult.notDelivered(transaction.recipients(), cause),
                        cause.permanent() ? Contact.NONE : new Contact.NoWay(cause));
            }
            case Routing.Hosts hosts -> overHosts(transaction, hosts.hosts());
        };
    }

    /** Whether this way also leads to the host of the open session, with equal security. */
    private boolean leadsTo(Way wanted) {
        if (wanted.equals(way)) {
            return true;
        }
        return relay.hosts(wanted) instanceof Routing.Hosts(var hosts)
                && hosts.stream()
                        .filter(candidate -> candidate.host().equals(hop.host()))
                        .anyMatch(candidate -> relay.security().decide(wanted, candidate, limits.tls())
                                        instanceof Security.Allowed(var same, var published)
                                && same.equals(hop));
    }

    private Relayed overHosts(MailTransaction transaction, List<Routing.Candidate> hosts) throws Content.Unreadable {
        var causes = new ArrayList<Cause>();
        boolean spoke = false;
        for (var host : hosts) {
            boolean again = true;
            // A further round goes without the extensions that the host has refused: parameters, then BDAT.
            for (int round = 0; again && round < MOST_ROUNDS; round++) {
                var result = overHost(transaction, host, causes);
                spoke |= result.isPresent();
                if (result.isPresent() && result.get() instanceof RemoteSession.Settled settled) {
                    return new Relayed(kept(settled), Contact.MADE);
                }
                again = result.filter(RemoteSession.ExtensionRefused.class::isInstance)
                        .isPresent();
            }
        }
        // A temporary cause comes first: one host may still take the message later.
        var last = causes.reversed().stream()
                .filter(cause -> !cause.permanent())
                .findFirst()
                .orElseGet(causes::getLast);
        // A host that broke off at this message may take the next one, so the site rests only if no host spoke.
        return new Relayed(
                RecipientResult.notDelivered(transaction.recipients(), last),
                spoke || last.permanent() ? Contact.NONE : shut(causes, last));
    }

    /** Opens a session and sends over it; a failure adds its cause. Empty if the host opened no session. */
    private Optional<RemoteSession.Result> overHost(
            MailTransaction transaction, Routing.Candidate host, List<Cause> causes) throws Content.Unreadable {
        return switch (open(host)) {
            case Opening.Refused refused -> {
                causes.add(refused.cause());
                yield Optional.empty();
            }
            case Opening.Ready opened -> {
                session = opened.session();
                observer.opened();
                var result = session.send(transaction, limits.recipientsPerTransaction());
                switch (result) {
                    case RemoteSession.Settled settled -> {}
                    case RemoteSession.HostFailed failed -> {
                        causes.add(failed.cause());
                        drop();
                        observer.troubled();
                    }
                    case RemoteSession.ExtensionRefused refused -> {
                        causes.add(refused.cause());
                        drop();
                    }
                }
                yield Optional.of(result);
            }
        };
    }

    /** A failed TLS policy of a domain says nothing of the hosts that it shares with other domains. */
    private static Contact shut(List<Cause> causes, Cause last) {
        return causes.stream()
                .filter(cause -> !(cause instanceof Cause.Insecure) && !cause.permanent())
                .reduce((earlier, later) -> later)
                .<Contact>map(Contact.Shut::new)
                .orElseGet(() -> new Contact.NoWay(last));
    }

    private Opening.Opened open(Routing.Candidate host) {
        return switch (relay.security().decide(way, host, limits.tls())) {
            case Security.Forbidden(var cause, var published) -> {
                published.ifPresent(policy -> relay.sessions().forbidden(way.domain(), policy, cause));
                yield new Opening.Refused(cause);
            }
            case Security.Allowed(var next, var published) -> {
                observer.connecting();
                var opened = Opening.open(next, relay.settings());
                published.ifPresent(policy -> relay.sessions().opened(way.domain(), next, policy, opened));
                hop = next;
                yield opened;
            }
        };
    }

    private List<RecipientResult> kept(RemoteSession.Settled settled) {
        if (session.usable()) {
            session.idle();
        } else {
            drop();
        }
        return settled.results();
    }

    private void drop() {
        if (session != null) {
            session.close();
            ended();
        }
    }

    private void ended() {
        session = null;
        observer.closed();
    }

    @Override
    public void close() {
        if (session != null) {
            session.quit();
            ended();
        }
    }

    private static Relayed discarded(Envelope envelope, Route.Discard discard) {
        return new Relayed(
                envelope.recipients().stream()
                        .<RecipientResult>map(recipient -> new RecipientResult.Discarded(recipient, discard.name()))
                        .toList(),
                Contact.NONE);
    }

    /** Receives the events of a line's connections, on the thread that relays. */
    public interface Observer {
        void connecting();

        void opened();

        void closed();

        /** A host let us in and ended the session before a message went through. */
        void troubled();
    }

    /** The result of an attempt for each recipient, and its result for the hosts. */
    public record Relayed(List<RecipientResult> results, Contact contact) {}

    /** The result of an attempt for the hosts, apart from the message. */
    public sealed interface Contact {
        Contact MADE = new Made();
        Contact NONE = new None();

        /** A host answered the transaction. */
        record Made() implements Contact {}

        /** The attempt says nothing of the hosts. */
        record None() implements Contact {}

        /** The domain cannot be reached at present, whatever its hosts. */
        record NoWay(Cause why) implements Contact {}

        /** No host let us in. */
        record Shut(Cause why) implements Contact {}
    }
}
