package io.milena.delivery.outbound;

import io.milena.delivery.relay.Line;
import io.milena.delivery.site.Site;

/**
 * Counts at a site the connections, sessions and early disconnects of one worker's {@link Line}. Confined to the
 * worker's thread.
 */
final class ConnectionAccount implements Line.Observer {
    private final Site site;
    private boolean paid;
    private boolean trying;

    ConnectionAccount(Site site) {
        this.site = site;
    }

    /** Begins a message's turn; {@code paid}: the turn has already been counted as one new connection. */
    void turn(boolean paid) {
        this.paid = paid;
    }

    /** Ends the attempt: the line no longer tries to reach a host. */
    void attempted() {
        tries(false);
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
