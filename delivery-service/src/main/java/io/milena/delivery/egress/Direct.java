package io.milena.delivery.egress;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Straight to the remote, from an address of this host; if none is given the system chooses one. */
record Direct(Addresses addresses) implements Exit {
    @Override
    public boolean reaches(InetAddress remote) {
        return addresses.isEmpty() || addresses.towards(remote).isPresent();
    }

    @Override
    public InetAddress connect(Socket socket, InetSocketAddress remote, Deadline deadline) throws IOException {
        var local = addresses.towards(remote.getAddress());
        if (local.isPresent()) {
            bind(socket, local.get());
        }
        socket.connect(remote, deadline.millisLeft());
        return socket.getLocalAddress();
    }

    private static void bind(Socket socket, InetAddress local) throws IOException {
        try {
            socket.bind(new InetSocketAddress(local, 0));
        } catch (BindException e) {
            throw new EgressException("this host can't send from " + local.getHostAddress() + ": " + e.getMessage());
        }
    }
}
