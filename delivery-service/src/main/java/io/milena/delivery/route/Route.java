package io.milena.delivery.route;

import io.milena.delivery.remote.NextHop;
import java.util.List;

/** The route of mail. Immutable. */
public sealed interface Route {
    /** The recipient's domain and its MX records decide. */
    record Exchangers() implements Route {}

    /** Fixed hosts; the first one that answers is used. */
    public record SmartHosts(String name, List<SmartHost> hosts) implements Route {
        public SmartHosts {
            hosts = List.copyOf(hosts);
        }
    }

    /** The mail is discarded, and counts as delivered. */
    record Discard(String name) implements Route {}

    /** A fixed next hop. */
    public record SmartHost(String host, int port, NextHop.Protocol protocol) {}
}
