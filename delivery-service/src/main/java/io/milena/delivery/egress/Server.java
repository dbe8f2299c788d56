package io.milena.delivery.egress;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;

/**
 * Where a proxy listens. The system resolves its name again for each connection, with the system's cache: it is often a
 * name of the cluster.
 */
record Server(String host, int port) {
    void connect(Socket socket, Deadline deadline) throws IOException {
        var address = new InetSocketAddress(host, port);
        try {
            if (address.isUnresolved()) {
                throw new UnknownHostException("its name cannot be resolved");
            }
            socket.connect(address, deadline.millisLeft());
        } catch (IOException e) {
            throw new EgressException("cannot connect to the proxy " + this, e);
        }
    }

    @Override
    public String toString() {
        return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
    }
}
