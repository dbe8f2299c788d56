package io.milena.delivery.egress;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Over an HAProxy: a PROXY header (version 2) tells it from which of its own addresses to connect, and to which host.
 * The protocol has no answer: a failure of the proxy looks like a remote that hangs up before its greeting.
 */
record ProxyProtocol(Server proxy, Addresses addresses) implements Exit {
    private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);
    /** Version 2, command PROXY. */
    private static final byte PROXY = 0x21;

    private static final byte TCP_OVER_IPV4 = 0x11;
    private static final byte TCP_OVER_IPV6 = 0x21;

    @Override
    public boolean reaches(InetAddress remote) {
        return addresses.towards(remote).isPresent();
    }

    @Override
    public InetAddress connect(Socket socket, InetSocketAddress remote, Deadline deadline) throws IOException {
        var source = addresses.towards(remote.getAddress()).orElseThrow();
        proxy.connect(socket, deadline);
        try {
            socket.getOutputStream().write(header(source, remote));
        } catch (IOException e) {
            throw new EgressException("the proxy " + proxy + " does not listen", e);
        }
        return source;
    }

    static byte[] header(InetAddress source, InetSocketAddress remote) {
        boolean four = source instanceof Inet4Address;
        var from = source.getAddress();
        var to = remote.getAddress().getAddress();
        return ByteBuffer.allocate(SIGNATURE.length + 4 + from.length + to.length + 4)
                .put(SIGNATURE)
                .put(PROXY)
                .put(four ? TCP_OVER_IPV4 : TCP_OVER_IPV6)
                .putShort((short) (from.length + to.length + 4))
                .put(from)
                .put(to)
                // Any free port of the source.
                .putShort((short) 0)
                .putShort((short) remote.getPort())
                .array();
    }
}
