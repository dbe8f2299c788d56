package io.milena.delivery.egress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** The way out for the connections of a source. Immutable; connecting blocks its virtual thread. */
sealed interface Exit permits Direct, SocksProxy, ProxyProtocol {
    /** Whether a host with this address can be reached at all. */
    boolean reaches(InetAddress remote);

    /** Connects the new socket; afterwards its octets go to the remote. Returns the address that the remote sees. */
    InetAddress connect(Socket socket, InetSocketAddress remote, Deadline deadline) throws IOException;
}
