package io.milena.delivery.dns;

import io.milena.smtp.Network;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * The networks to which mail may be relayed. Special addresses (loopback, private, link-local, multicast, documentation
 * …; RFC 6890) are refused unless a configured network contains them, so that a tenant's MX record cannot reach inner
 * hosts. Immutable.
 */
public final class NetworkPolicy {
    private static final List<Network> SPECIAL = List.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "::/128",
                    "::1/128",
                    "::ffff:0:0/96",
                    "64:ff9b::/96",
                    "64:ff9b:1::/48",
                    "100::/64",
                    "2001::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "fc00::/7",
                    "3fff::/20",
                    "5f00::/16",
                    "fe80::/10",
                    "fec0::/10",
                    "ff00::/8")
            .stream()
            .map(Network::parse)
            .toList();

    private final List<Network> allowed;

    /** {@code allowed}: CIDRs; a bad one is an {@link IllegalArgumentException}. */
    public NetworkPolicy(List<String> allowed) {
        this.allowed = allowed.stream().map(Network::parse).toList();
    }

    public boolean permits(InetAddress address) {
        return allowed.stream().anyMatch(network -> network.holds(address))
                || SPECIAL.stream().noneMatch(network -> network.holds(address));
    }

    /** An IPv4-compatible or mapped address is judged as the IPv4 address that it reaches. */
    public static InetAddress unmapped(InetAddress address) {
        if (address instanceof Inet6Address six && six.isIPv4CompatibleAddress()) {
            byte[] four = new byte[4];
            System.arraycopy(six.getAddress(), 12, four, 0, 4);
            try {
                return InetAddress.getByAddress(four);
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }
        return address;
    }
}
