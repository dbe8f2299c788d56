package io.milena.delivery.outbound;

import io.milena.delivery.relay.Line;
import io.milena.delivery.relay.Relay;
import io.milena.delivery.site.QueuedMail;
import io.milena.delivery.site.Site;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * A worker of one site with at most one connection, on a virtual thread: sends message after message over one session,
 * and ends when none comes for a while. It asks {@link Attempts} for each message what to relay, relays it, and hands
 * over the result.
 */
final class SiteWorker implements Runnable {
    private static final Logger LOG = Logger.getLogger(SiteWorker.class);

    private final Site site;
    private final Attempts attempts;
    private final Consumer<Site> hire;
    private final ConnectionAccount account;
    private final Line line;

    /** {@code hire} starts another worker, which the site has already counted. */
    SiteWorker(Site site, Relay relay, Attempts attempts, Consumer<Site> hire) {
        this.site = site;
        this.attempts = attempts;
        this.hire = hire;
        this.account = new ConnectionAccount(site);
        this.line = relay.line(account);
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
                        account.turn(!ready);
                        switch (work(mail)) {
                            case GO_ON -> {}
                            case HIRE -> hire.accept(site);
                            case LEAVE -> {
                                site.leave();
                                counted = false;
                            }
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

    /** Closes the connection before another worker may take its place. */
    private void end() {
        try {
            line.close();
        } finally {
            if (site.gone()) {
                hire.accept(site);
            }
        }
    }

    private Attempts.Next work(QueuedMail mail) {
        if (!attempts.begin(mail)) {
            return Attempts.Next.GO_ON;
        }
        try {
            var prepared = attempts.prepare(mail);
            return prepared.isEmpty()
                    ? Attempts.Next.GO_ON
                    : attempts.settle(mail, site, prepared.get(), relay(mail, prepared.get()));
        } catch (RuntimeException | Error e) {
            // A bug must not lose the message nor stop the partition.
            LOG.errorf(
                    e, "queueId=%s could not be handled", mail.mail().envelope().id());
            attempts.failed(mail, e);
            return Attempts.Next.GO_ON;
        }
    }

    private Line.Relayed relay(QueuedMail mail, Attempts.Prepared prepared) {
        try {
            return line.relay(mail.way(), prepared.mail(), () -> attempts.mayComplete(mail), site.limits());
        } finally {
            account.attempted();
        }
    }
}
