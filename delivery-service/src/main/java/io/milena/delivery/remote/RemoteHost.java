package io.milena.delivery.remote;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** One address of one host that takes mail for a destination; {@code name} is that of the MX or smart host in DNS. */
public record RemoteHost(String name, InetAddress address, int port) {
    public InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, port);
    }

    @Override
    public String toString() {
        return name + "[" + address.getHostAddress() + "]:" + port;
    }
}
