package io.milena.ingest.connection;

import io.milena.smtp.Identity;
import io.milena.smtp.Reply;
import io.milena.smtp.SafeText;
import io.milena.topics.Envelope;
import org.jboss.logging.Logger;

/**
 * Writes one log line for each event of a message or session, with equal keys everywhere. No line has secrets, content
 * or unsafe characters.
 */
final class EventLog {
    private static final Logger LOG = Logger.getLogger("io.milena.ingest.events");

    private EventLog() {}

    static void accepted(Envelope envelope, String remote, long millis) {
        if (LOG.isInfoEnabled()) {
            LOG.infof(
                    "accepted queueId=%s account=%s reversePath=%s recipients=%d forwardPath=%s size=%d priority=%d remote=%s millis=%d",
                    envelope.id(),
                    envelope.account(),
                    SafeText.word(envelope.reversePath()),
                    envelope.recipients().size(),
                    SafeText.word(envelope.recipients().getFirst().forwardPath()),
                    envelope.content().size(),
                    envelope.wishes().priority(),
                    remote,
                    millis);
        }
    }

    static void refused(String id, Reply reply, String reason, String remote) {
        LOG.infof(
                "refused queueId=%s status=%s reason=%s remote=%s", id, reply.quoted(), SafeText.word(reason), remote);
    }

    /**
     * A command was refused: logged at INFO if policy refused it, at DEBUG if the client has made an error of protocol.
     */
    static void denied(Reply reply, String remote) {
        if (reply.code() == 530 || reply.code() == 550 || reply.code() == 451) {
            LOG.infof("denied status=%s remote=%s", reply.quoted(), remote);
        } else {
            LOG.debugf("denied status=%s remote=%s", reply.quoted(), remote);
        }
    }

    static void authenticated(Identity identity, String remote) {
        LOG.debugf(
                "authenticated account=%s credential=%s remote=%s", identity.account(), identity.credential(), remote);
    }

    static void authFailed(String username, Reply reply, String remote) {
        LOG.infof("auth-failed username=%s status=%s remote=%s", SafeText.word(username), reply.quoted(), remote);
    }

    /**
     * A PROXY header or TLS handshake failed: logged at INFO on ports for proxies, at DEBUG on public ports, which the
     * world scans.
     */
    static void noSession(SmtpListener.Port port, Throwable failure) {
        LOG.logf(
                port.proxied() ? Logger.Level.INFO : Logger.Level.DEBUG,
                "no-session port=%d reason=%s",
                port.number(),
                SafeText.word(String.valueOf(failure.getMessage())));
    }

    static void notFromHere(Identity identity, String remote) {
        LOG.infof(
                "auth-failed account=%s credential=%s reason=network-not-allowed remote=%s",
                identity.account(), identity.credential(), remote);
    }

    static void closed(String reason, String remote) {
        LOG.infof("closed reason=%s remote=%s", SafeText.word(reason), remote);
    }
}
