package io.milena.delivery.route;

import io.milena.delivery.remote.RemoteHost;
import java.util.List;

/** Where the mail for a destination can be taken to, or why nowhere. */
public sealed interface Routing {
    /** Hosts in the order in which they are to be tried, never empty. */
    record Hosts(List<RemoteHost> hosts) implements Routing {
        public Hosts {
            hosts = List.copyOf(hosts);
        }
    }

    /** Nowhere: for good if the status begins with 5, else for now. */
    record Nowhere(String status, String explanation) implements Routing {}
}
