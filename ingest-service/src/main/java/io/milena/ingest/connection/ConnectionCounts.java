package io.milena.ingest.connection;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts open connections, in all and by address; IPv6 addresses by /64, since one host can use all addresses of one.
 * Thread-safe.
 */
public final class ConnectionCounts {
    /** The decision about a new connection. */
    enum Welcome {
        GRANTED,
        TOO_MANY_FROM_ADDRESS,
        TOO_MANY_IN_ALL
    }

    private final Map<String, Integer> open = new ConcurrentHashMap<>();
    private final AtomicInteger all = new AtomicInteger();
    private final int perAddress;
    private final int inAll;

    public ConnectionCounts(int perAddress, int inAll) {
        this.perAddress = perAddress;
        this.inAll = inAll;
    }

    /** Counts a connection. Each call is followed by one of {@link #closed}. */
    Welcome opened(String address) {
        boolean full = all.incrementAndGet() > inAll;
        if (open.merge(network(address), 1, Integer::sum) > perAddress) {
            return Welcome.TOO_MANY_FROM_ADDRESS;
        }
        return full ? Welcome.TOO_MANY_IN_ALL : Welcome.GRANTED;
    }

    void closed(String address) {
        all.decrementAndGet();
        open.computeIfPresent(network(address), (key, count) -> count == 1 ? null : count - 1);
    }

    /** Whether nine in ten of all connections are taken, so that a slow client keeps others out. */
    boolean busy() {
        return all.get() > inAll - inAll / 10;
    }

    /** The address of a client, or with IPv6 its /64. */
    static String network(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            // A literal: no DNS query is made.
            var parsed = InetAddress.getByName(address);
            if (!(parsed instanceof Inet6Address)) {
                return parsed.getHostAddress();
            }
            byte[] octets = parsed.getAddress();
            Arrays.fill(octets, 8, 16, (byte) 0);
            return InetAddress.getByAddress(octets).getHostAddress() + "/64";
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
