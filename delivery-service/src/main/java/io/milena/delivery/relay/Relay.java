package io.milena.delivery.relay;

import io.milena.delivery.content.Contents;
import io.milena.delivery.content.ReservedContent;
import io.milena.delivery.content.UnusableKeyException;
import io.milena.delivery.remote.MailTransaction;
import io.milena.delivery.remote.SessionSettings;
import io.milena.delivery.remote.TimeLeft;
import io.milena.delivery.route.MailExchangers;
import io.milena.delivery.route.Route;
import io.milena.delivery.route.Routing;
import io.milena.delivery.route.Way;
import io.milena.delivery.tlsreport.TlsSessions;
import io.milena.topics.Envelope;
import io.milena.topics.MailRecord;
import io.milena.topics.ReturnAddress;
import java.time.Clock;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * All that an attempt needs and that workers share: where the hosts are, how they are met, and a message as it is said to
 * them. Thread-safe; each worker has a {@link Line} of its own.
 */
public final class Relay {
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

    public Line line(Line.Observer observer) {
        return new Line(this, observer);
    }

    Security security() {
        return security;
    }

    /** Sessions that domains are told of (RFC 8460). */
    TlsSessions sessions() {
        return sessions;
    }

    SessionSettings settings() {
        return settings;
    }

    /** The hosts of a way in order. Blocks while DNS is asked. */
    Routing hosts(Way way) {
        return way.route() instanceof Route.SmartHosts smartHosts
                ? exchangers.find(smartHosts, way.source())
                : exchangers.find(way.domain(), way.source());
    }

    /** A message as it is said to remote hosts; {@code mayComplete} is asked before the end of the content is sent. */
    MailTransaction transaction(MailRecord mail, BooleanSupplier mayComplete) throws UnusableKeyException {
        var content = new ReservedContent(contents.of(mail), mayComplete);
        var envelope = mail.envelope();
        var reversePath = reversePath(envelope);
        return new MailTransaction(
                reversePath,
                !reversePath.equals(envelope.reversePath()),
                envelope.recipients(),
                envelope.content().smtpUtf8(),
                !envelope.content().smtpUtf8() || hasAsciiHeader(mail),
                envelope.content().eightBit(),
                envelope.wishes().requireTls(),
                envelope.wishes().envelopeId(),
                envelope.wishes().ret(),
                envelope.wishes().deliverBy().map(wish -> new TimeLeft(wish, clock)),
                envelope.wishes().priority(),
                content);
    }

    private String reversePath(Envelope envelope) {
        // The platform's own mail (no account) and bounce reports keep their reverse-path.
        return envelope.hasNullReversePath() || envelope.account().isEmpty()
                ? envelope.reversePath()
                : returnAddress
                        .map(address -> envelope.recipients().size() == 1
                                ? address.issue(
                                        envelope.id(),
                                        envelope.account(),
                                        envelope.recipients().getFirst().forwardPath())
                                : address.issue(envelope.id(), envelope.account()))
                        .orElse(envelope.reversePath());
    }

    private static boolean hasAsciiHeader(MailRecord mail) {
        for (int i = 0; i < mail.envelope().content().headerLength(); i++) {
            if (mail.content()[i] < 0) {
                return false;
            }
        }
        return true;
    }
}
