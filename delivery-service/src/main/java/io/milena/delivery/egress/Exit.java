package io.milena.delivery.egress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** How the connections of a source get out. A value; connecting blocks its virtual thread. */
sealed interface Exit permits Direct, SocksProxy, ProxyProtocol {
    /** Whether a host with this address can be reached at all. */
    boolean reaches(InetAddress remote);

    /** Connects the socket, which is new, so that what is written to it from then on goes to the remote. Returns the address that the remote sees. */
    InetAddress connect(Socket socket, InetSocketAddress remote, Deadline deadline) throws IOException;
}
