package io.milena.delivery.outbound;

import io.milena.delivery.relay.Relay;
import io.milena.delivery.route.Way;
import io.milena.delivery.site.QueuedMail;
import io.milena.delivery.site.Site;
import io.milena.topics.MailRecord;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;

/**
 * One connection's worth of work for one site, on a virtual thread: takes message after message over the same session, and ends when none comes for
 * a while.
 */
final class SiteWorker implements Runnable, Relay.Observer {
    private static final Logger LOG = Logger.getLogger(SiteWorker.class);

    private final Attempts attempts;
    private final Site site;
    private final Relay.Line line;
    private boolean paid;
    private boolean trying;

    SiteWorker(Attempts attempts, Site site, Relay relay) {
        this.attempts = attempts;
        this.site = site;
        this.line = relay.line(this);
    }

    @Override
    public void run() {
        try {
            turns();
        } finally {
            end();
        }
    }

    private void turns() {
        boolean counted = true;
        try {
            long idleSince = System.nanoTime();
            while (counted) {
                boolean ready = line.ready(site.limits());
                switch (site.take(ready, idleSince)) {
                    case Site.Turn.Send(var mail) -> {
                        paid = !ready;
                        if (!work(mail)) {
                            site.leave();
                            counted = false;
                        }
                        idleSince = System.nanoTime();
                    }
                    case Site.Turn.HangUp hangUp -> line.close();
                    case Site.Turn.Leave leave -> counted = false;
                    case Site.Turn.Wait wait -> throw new IllegalStateException("to be waited for in the queue");
                }
            }
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "a worker for %s ended", site.name().name());
            if (counted) {
                site.leave();
            }
        }
    }

    /** Until the connection has ended nobody has its place. */
    private void end() {
        try {
            line.close();
        } finally {
            if (site.gone()) {
                attempts.hire(site);
            }
        }
    }

    /** Whether to go on. */
    private boolean work(QueuedMail mail) {
        if (!attempts.begin(mail)) {
            return true;
        }
        try {
            return attempts.attempt(mail, site, this);
        } catch (RuntimeException | Error e) {
            // A bug must not lose the message nor stop the partition.
            LOG.errorf(
                    e, "queueId=%s could not be handled", mail.mail().envelope().id());
            attempts.failed(mail, e);
            return true;
        }
    }

    Relay.Relayed relay(Way way, MailRecord mail, BooleanSupplier mayComplete) {
        try {
            return line.relay(way, mail, mayComplete, site.limits());
        } finally {
            tries(false);
        }
    }

    private void tries(boolean now) {
        if (trying != now) {
            trying = now;
            site.trying(now ? 1 : -1);
        }
    }

    @Override
    public void connecting() {
        tries(true);
        if (!paid) {
            site.connecting();
        }
        paid = false;
    }

    @Override
    public void opened() {
        site.opened(1);
        tries(false);
    }

    @Override
    public void closed() {
        site.opened(-1);
    }

    @Override
    public void troubled() {
        site.troubled();
    }
}
