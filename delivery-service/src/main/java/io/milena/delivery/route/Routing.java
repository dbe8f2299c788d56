package io.milena.delivery.route;

import io.milena.delivery.remote.NextHop;
import io.milena.delivery.remote.RemoteHost;
import java.util.List;

/** Where the mail of a route can be taken to, or why nowhere. */
public sealed interface Routing {
    /** Hosts in the order in which they are to be tried, never empty. */
    public record Hosts(List<Candidate> hosts) implements Routing {
        public Hosts {
            hosts = List.copyOf(hosts);
        }
    }

    /** Nowhere: for good if the status begins with 5, else for now. */
    record Nowhere(String status, String explanation) implements Routing {}

    /**
     * One address of one host.
     *
     * @param owner the name that has the address, where the host's is an alias
     * @param proved whether DNSSEC proves the MX record that leads here; a smart host the operator names himself
     * @param addressProved whether DNSSEC proves the address
     */
    public record Candidate(
            RemoteHost host, NextHop.Protocol protocol, String owner, boolean proved, boolean addressProved) {}
}
