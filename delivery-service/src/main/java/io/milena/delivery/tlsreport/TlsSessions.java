package io.milena.delivery.tlsreport;

import io.milena.delivery.remote.Cause;
import io.milena.delivery.remote.NextHop;
import io.milena.delivery.remote.Opening;
import io.milena.delivery.tls.PublishedPolicy;

/** Is told of each connection to a host of a domain that may want a report. Thread-safe; never blocks, never fails. */
public interface TlsSessions {
    /** Ignores all connections. */
    TlsSessions UNTOLD = new TlsSessions() {
        @Override
        public void opened(String domain, NextHop hop, PublishedPolicy published, Opening.Opened opened) {}

        @Override
        public void forbidden(String domain, PublishedPolicy published, Cause.Insecure cause) {}
    };

    /** A connection was tried. */
    void opened(String domain, NextHop hop, PublishedPolicy published, Opening.Opened opened);

    /** No connection was tried: the domain's policy forbids it. */
    void forbidden(String domain, PublishedPolicy published, Cause.Insecure cause);
}
