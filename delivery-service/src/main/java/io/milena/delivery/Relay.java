package io.milena.delivery;

import io.milena.delivery.remote.Cause;
import io.milena.delivery.remote.Content;
import io.milena.delivery.remote.MailTransaction;
import io.milena.delivery.remote.Opening;
import io.milena.delivery.remote.RecipientResult;
import io.milena.delivery.remote.RemoteSession;
import io.milena.delivery.remote.SessionSettings;
import io.milena.delivery.remote.TimeLeft;
import io.milena.delivery.report.TlsSessions;
import io.milena.delivery.route.MailExchangers;
import io.milena.delivery.route.Route;
import io.milena.delivery.route.Routing;
import io.milena.topics.Envelope;
import io.milena.topics.MailRecord;
import io.milena.topics.ReturnAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes attempts: finds the hosts, keeps a session, tries the next host where a host and not the message is at fault. Thread-safe; each {@link Line} belongs to one worker. */
final class Relay {
    private final MailExchangers exchangers;
    private final Security security;
    private final TlsSessions sessions;
    private final SessionSettings settings;
    private final Contents contents;
    private final Optional<ReturnAddress> returnAddress;
    private final int messagesPerConnection;
    private final Clock clock;

    Relay(
            MailExchangers exchangers,
            Security security,
            TlsSessions sessions,
            SessionSettings settings,
            Contents contents,
            Optional<ReturnAddress> returnAddress,
            int messagesPerConnection,
            Clock clock) {
        this.exchangers = exchangers;
        this.security = security;
        this.sessions = sessions;
        this.settings = settings;
        this.contents = contents;
        this.returnAddress = returnAddress;
        this.messagesPerConnection = messagesPerConnection;
        this.clock = clock;
    }

    Line line(Way way) {
        return new Line(way);
    }

    /** What an attempt came to for each recipient; {@code unreachable} says why if no host could be spoken to at all. */
    record Relayed(List<RecipientResult> results, Optional<Cause> unreachable) {}

    /** A worker's way to its destination: at most one open session at a time. */
    final class Line implements AutoCloseable {
        /** A session that was idle for longer is looked at before it is used. */
        private static final long FRESH = 500_000_000L;

        private final Way way;
        private RemoteSession session;
        private long lastUsed;

        private Line(Way way) {
            this.way = way;
        }

        boolean isOpen() {
            return session != null;
        }

        Relayed relay(MailRecord mail) {
            if (way.route() instanceof Route.Discard discard) {
                return discarded(mail.envelope(), discard);
            }
            try {
                var transaction = transaction(mail, contents.of(mail));
                var reused = overOpenSession(transaction);
                return reused.isPresent() ? new Relayed(reused.get(), Optional.empty()) : overNewSession(transaction);
            } catch (Content.Unreadable e) {
                drop();
                var cause = new Cause.Broken(
                        Optional.empty(), "4.3.0", "the content cannot be read just now: " + e.getMessage());
                return new Relayed(RecipientResult.notDelivered(mail.envelope().recipients(), cause), Optional.empty());
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

        /** Empty if there is no session, or if it broke before the host took the message: that says nothing of the host. */
        private Optional<List<RecipientResult>> overOpenSession(MailTransaction transaction) throws Content.Unreadable {
            if (session == null) {
                return Optional.empty();
            }
            if (!session.usable()) {
                drop();
                return Optional.empty();
            }
            if (session.transactions() >= messagesPerConnection || session.exhausted()) {
                session.quit();
                session = null;
                return Optional.empty();
            }
            if (System.nanoTime() - lastUsed > FRESH && session.stale()) {
                drop();
                return Optional.empty();
            }
            return switch (session.send(transaction)) {
                case RemoteSession.Settled settled -> Optional.of(kept(settled));
                case RemoteSession.HostFailed failed -> {
                    drop();
                    yield Optional.empty();
                }
            };
        }

        private Relayed overNewSession(MailTransaction transaction) throws Content.Unreadable {
            return switch (route()) {
                case Routing.Nowhere nowhere ->
                    new Relayed(
                            RecipientResult.notDelivered(
                                    transaction.recipients(),
                                    new Cause.NoRoute(nowhere.status(), nowhere.explanation())),
                            Optional.empty());
                case Routing.Hosts hosts -> overHosts(transaction, hosts.hosts());
            };
        }

        private Routing route() {
            return way.route() instanceof Route.SmartHosts smartHosts
                    ? exchangers.find(smartHosts)
                    : exchangers.find(way.domain());
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
                        switch (session.send(transaction)) {
                            case RemoteSession.Settled settled -> {
                                return new Relayed(kept(settled), Optional.empty());
                            }
                            case RemoteSession.HostFailed failed -> {
                                causes.add(failed.cause());
                                drop();
                            }
                        }
                    }
                }
            }
            // As long as one of them may take it later it is not over.
            var last = causes.reversed().stream()
                    .filter(cause -> !cause.permanent())
                    .findFirst()
                    .orElseGet(causes::getLast);
            // A host that broke off at this message may take the next one: only silence makes the destination rest.
            return new Relayed(
                    RecipientResult.notDelivered(transaction.recipients(), last),
                    spoke || last.permanent() ? Optional.empty() : Optional.of(last));
        }

        private Opening.Opened open(Routing.Candidate host) {
            return switch (security.decide(way, host)) {
                case Security.Forbidden(var cause, var published) -> {
                    published.ifPresent(policy -> sessions.forbidden(way.domain(), policy, cause));
                    yield new Opening.Refused(cause);
                }
                case Security.Allowed(var hop, var published) -> {
                    var opened = Opening.open(hop, settings);
                    published.ifPresent(policy -> sessions.opened(way.domain(), hop, policy, opened));
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
                session = null;
            }
        }

        @Override
        public void close() {
            if (session != null) {
                session.quit();
                session = null;
            }
        }
    }

    private String reversePath(Envelope envelope) {
        // The platform's own mail (no account) and reports keep what they have.
        return envelope.hasNullReversePath() || envelope.account().isEmpty()
                ? envelope.reversePath()
                : returnAddress
                        .map(address -> address.issue(envelope.id(), envelope.account()))
                        .orElse(envelope.reversePath());
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
                Optional.empty());
    }
}
