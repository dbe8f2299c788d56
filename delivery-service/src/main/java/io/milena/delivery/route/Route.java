package io.milena.delivery.route;

import io.milena.delivery.remote.NextHop;
import java.util.List;

/** Which way mail takes. A value. */
public sealed interface Route {
    /** The recipient's domain and its MX records decide. */
    record Exchangers() implements Route {}

    /** Fixed hosts, the first of them that answers. */
    public record SmartHosts(String name, List<SmartHost> hosts) implements Route {
        public SmartHosts {
            hosts = List.copyOf(hosts);
        }
    }

    /** Nowhere, and that is all right. */
    record Discard(String name) implements Route {}

    /** A fixed next hop. */
    public record SmartHost(String host, int port, NextHop.Protocol protocol) {}
}
