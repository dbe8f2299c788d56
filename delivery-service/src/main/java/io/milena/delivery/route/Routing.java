package io.milena.delivery.route;

import io.milena.delivery.remote.NextHop;
import io.milena.delivery.remote.RemoteHost;
import java.util.List;

/** The hosts of a route, or why there are none. */
public sealed interface Routing {
    /** Hosts in the order in which they are tried, never empty. */
    public record Hosts(List<Candidate> hosts) implements Routing {
        public Hosts {
            hosts = List.copyOf(hosts);
        }
    }

    /** No host: permanently if the status begins with 5, otherwise for now. */
    record Nowhere(String status, String explanation) implements Routing {}

    /**
     * One address of one host.
     *
     * @param owner the name that has the address, if the host's name is an alias
     * @param proved whether DNSSEC proves the MX record that leads here; a smart host is named by the operator
     * @param addressProved whether DNSSEC proves the address
     */
    public record Candidate(
            RemoteHost host, NextHop.Protocol protocol, String owner, boolean proved, boolean addressProved) {}
}
