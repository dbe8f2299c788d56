package io.milena.delivery.outbound;

import io.milena.delivery.relay.Relay;
import io.milena.delivery.site.Site;

/** Starts {@link SiteWorker}s, each on a virtual thread of its own. Thread-safe. */
public final class Workers {
    private final Relay relay;
    private final Attempts attempts;

    public Workers(Relay relay, Attempts attempts) {
        this.relay = relay;
        this.attempts = attempts;
    }

    /** Starts a worker that the site has already counted. */
    void hire(Site site) {
        Thread.ofVirtual()
                .name("delivery-" + site.name().name())
                .start(new SiteWorker(site, relay, attempts, this::hire));
    }
}
