package io.milena.delivery.relay;

import io.milena.delivery.content.Contents;
import io.milena.delivery.content.ReservedContent;
import io.milena.delivery.remote.Cause;
import io.milena.delivery.remote.Content;
import io.milena.delivery.remote.MailTransaction;
import io.milena.delivery.remote.NextHop;
import io.milena.delivery.remote.Opening;
import io.milena.delivery.remote.RecipientResult;
import io.milena.delivery.remote.RemoteSession;
import io.milena.delivery.remote.SessionSettings;
import io.milena.delivery.remote.TimeLeft;
import io.milena.delivery.report.TlsSessions;
import io.milena.delivery.route.MailExchangers;
import io.milena.delivery.route.Route;
import io.milena.delivery.route.Routing;
import io.milena.delivery.route.Way;
import io.milena.delivery.shaping.Limits;
import io.milena.topics.Envelope;
import io.milena.topics.MailRecord;
import io.milena.topics.ReturnAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Makes attempts: finds the hosts, keeps a session, and tries the next host if a host and not the message is the
 * problem. Thread-safe; each {@link Line} belongs to one worker.
 */
public final class Relay {
    private static final Cause SENDER_TAKES_NO_MAIL =
            new Cause.NoRoute("5.7.27", "the sender's domain takes no mail itself (null MX)");

    private final MailExchangers exchangers;
    private final Security security;
    private final TlsSessions sessions;
    private final SessionSettings settings;
    private final Contents contents;
    private final Optional<ReturnAddress> returnAddress;
    private final Clock clock;

    public Relay(
            MailExchangers exchangers,
            Security security,
            TlsSessions sessions,
            SessionSettings settings,
            Contents contents,
            Optional<ReturnAddress> returnAddress,
            Clock clock) {
        this.exchangers = exchangers;
        this.security = security;
        this.sessions = sessions;
        this.settings = settings;
        this.contents = contents;
        this.returnAddress = returnAddress;
        this.clock = clock;
    }

    public Line line(Observer observer) {
        return new Line(observer);
    }

    /** Is told of connections that open and close; called by the thread that relays. */
    public interface Observer {
        void connecting();

        void opened();

        void closed();

        /** A host accepted the connection and broke it off before a message went through. */
        void troubled();
    }

    /** The results of an attempt for each recipient, and its result for the hosts. */
    public record Relayed(List<RecipientResult> results, Contact contact) {}

    /** What an attempt shows about the hosts, independent of the message. */
    public sealed interface Contact {
        Contact MADE = new Made();
        Contact NONE = new None();

        /** A host was reached and answered. */
        record Made() implements Contact {}

        /** Nothing. */
        record None() implements Contact {}

        /** There is no way to this domain for now, whichever its hosts are. */
        record NoWay(Cause why) implements Contact {}

        /** No host accepted a connection. */
        record Shut(Cause why) implements Contact {}
    }

    /**
     * A worker's connection to a site: at most one open session at a time, for all ways that lead to its host in one
     * manner.
     */
    public final class Line implements AutoCloseable {
        /** A session that was idle for longer is checked before it is used. */
        private static final long FRESH = 500_000_000L;

        private final Observer observer;
        private RemoteSession session;
        private NextHop hop;
        private Way way;
        private Limits limits;
        private long lastUsed;

        private Line(Observer observer) {
            this.observer = observer;
        }

        /** Whether there is a session for another message; a session that cannot be used any more is ended. */
        public boolean ready(Limits limits) {
            if (session != null
                    && (session.transactions() >= limits.messagesPerConnection()
                            || session.exhausted()
                            || System.nanoTime() - lastUsed > FRESH && session.stale())) {
                close();
            }
            return session != null;
        }

        /** {@code mayComplete} is asked before the last piece of the content is sent. */
        public Relayed relay(Way wanted, MailRecord mail, BooleanSupplier mayComplete, Limits now) {
            if (wanted.route() instanceof Route.Discard discard) {
                return discarded(mail.envelope(), discard);
            }
            limits = now;
            try {
                var transaction = transaction(mail, new ReservedContent(contents.of(mail), mayComplete));
                if (!sender(transaction, wanted)) {
                    return new Relayed(
                            RecipientResult.notDelivered(mail.envelope().recipients(), SENDER_TAKES_NO_MAIL),
                            Contact.NONE);
                }
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
            } finally {
                lastUsed = System.nanoTime();
            }
        }

        private MailTransaction transaction(MailRecord mail, Content content) {
            var envelope = mail.envelope();
            var reversePath = reversePath(envelope);
            return new MailTransaction(
                    reversePath,
                    !reversePath.equals(envelope.reversePath()),
                    envelope.recipients(),
                    envelope.smtpUtf8(),
                    !envelope.smtpUtf8() || hasAsciiHeader(mail),
                    envelope.eightBit(),
                    envelope.requireTls(),
                    envelope.envelopeId(),
                    envelope.ret(),
                    envelope.deliverBy().map(wish -> new TimeLeft(wish, clock)),
                    envelope.priority(),
                    content);
        }

        /**
         * Empty if there is no session, or if it broke before the host took the message, which shows nothing about the
         * host.
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
            };
        }

        private Relayed overNewSession(MailTransaction transaction) throws Content.Unreadable {
            return switch (route(way)) {
                case Routing.Nowhere(var status, var explanation) -> {
                    var cause = new Cause.NoRoute(status, explanation);
                    yield new Relayed(
                            RecipientResult.notDelivered(transaction.recipients(), cause),
                            cause.permanent() ? Contact.NONE : new Contact.NoWay(cause));
                }
                case Routing.Hosts hosts -> overHosts(transaction, hosts.hosts());
            };
        }

        /** Whether the host of the open session also belongs to this way, and is to be used in one manner. */
        private boolean leadsTo(Way wanted) {
            if (wanted.equals(way)) {
                return true;
            }
            return route(wanted) instanceof Routing.Hosts(var hosts)
                    && hosts.stream()
                            .filter(candidate -> candidate.host().equals(hop.host()))
                            .anyMatch(candidate -> security.decide(wanted, candidate, limits.tls())
                                            instanceof Security.Allowed(var same, var published)
                                    && same.equals(hop));
        }

        private Routing route(Way way) {
            return way.route() instanceof Route.SmartHosts smartHosts
                    ? exchangers.find(smartHosts, way.source())
                    : exchangers.find(way.domain(), way.source());
        }

        private Relayed overHosts(MailTransaction transaction, List<Routing.Candidate> hosts)
                throws Content.Unreadable {
            var causes = new ArrayList<Cause>();
            boolean spoke = false;
            for (var host : hosts) {
                switch (open(host)) {
                    case Opening.Refused refused -> causes.add(refused.cause());
                    case Opening.Ready opened -> {
                        spoke = true;
                        session = opened.session();
                        observer.opened();
                        switch (session.send(transaction, limits.recipientsPerTransaction())) {
                            case RemoteSession.Settled settled -> {
                                return new Relayed(kept(settled), Contact.MADE);
                            }
                            case RemoteSession.HostFailed failed -> {
                                causes.add(failed.cause());
                                drop();
                                observer.troubled();
                            }
                        }
                    }
                }
            }
            // While one of the hosts may take it later, it has not failed.
            var last = causes.reversed().stream()
                    .filter(cause -> !cause.permanent())
                    .findFirst()
                    .orElseGet(causes::getLast);
            // A host that broke off at this message may take the next one: only a host that does not answer makes the
            // site rest.
            return new Relayed(
                    RecipientResult.notDelivered(transaction.recipients(), last),
                    spoke || last.permanent() ? Contact.NONE : shut(causes, last));
        }

        /** A domain's TLS policy shows nothing about the hosts that it shares with other domains. */
        private static Contact shut(List<Cause> causes, Cause last) {
            return causes.stream()
                    .filter(cause -> !(cause instanceof Cause.Insecure) && !cause.permanent())
                    .reduce((earlier, later) -> later)
                    .<Contact>map(Contact.Shut::new)
                    .orElseGet(() -> new Contact.NoWay(last));
        }

        private Opening.Opened open(Routing.Candidate host) {
            return switch (security.decide(way, host, limits.tls())) {
                case Security.Forbidden(var cause, var published) -> {
                    published.ifPresent(policy -> sessions.forbidden(way.domain(), policy, cause));
                    yield new Opening.Refused(cause);
                }
                case Security.Allowed(var next, var published) -> {
                    observer.connecting();
                    var opened = Opening.open(next, settings);
                    published.ifPresent(policy -> sessions.opened(way.domain(), next, policy, opened));
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
    }

    private String reversePath(Envelope envelope) {
        // The platform's own mail (no account) and bounce reports keep their reverse-path.
        return envelope.hasNullReversePath() || envelope.account().isEmpty()
                ? envelope.reversePath()
                : returnAddress
                        .map(address -> address.issue(envelope.id(), envelope.account()))
                        .orElse(envelope.reversePath());
    }

    /**
     * RFC 7505 §4.2: a sender whose own domain accepts no mail gets no answer and no report, and most hosts refuse such
     * mail; a smart host decides itself.
     */
    private boolean sender(MailTransaction transaction, Way way) {
        var reversePath = transaction.reversePath();
        return transaction.returnsToUs()
                || reversePath.isEmpty()
                || !(way.route() instanceof Route.Exchangers)
                || !exchangers.takesNoMail(reversePath.substring(reversePath.lastIndexOf('@') + 1));
    }

    private static boolean hasAsciiHeader(MailRecord mail) {
        for (int i = 0; i < mail.envelope().headerLength(); i++) {
            if (mail.content()[i] < 0) {
                return false;
            }
        }
        return true;
    }

    private static Relayed discarded(Envelope envelope, Route.Discard discard) {
        return new Relayed(
                envelope.recipients().stream()
                        .<RecipientResult>map(recipient -> new RecipientResult.Discarded(recipient, discard.name()))
                        .toList(),
                Contact.NONE);
    }
}
