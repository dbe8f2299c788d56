package io.milena.delivery.route;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Where mail may be relayed to. Special addresses (loopback, private, link-local, multicast, documentation …; RFC 6890) are refused unless a
 * configured network holds them, so that a tenant's MX record can't reach inside. Immutable.
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
                    "fe80::/10",
                    "ff00::/8")
            .stream()
            .map(Network::parse)
            .toList();

    private final List<Network> allowed;

    /** {@code allowed}: CIDRs. One that is none is an {@link IllegalArgumentException}. */
    public NetworkPolicy(List<String> allowed) {
        this.allowed = allowed.stream().map(Network::parse).toList();
    }

    public boolean permits(InetAddress address) {
        return allowed.stream().anyMatch(network -> network.holds(address))
                || SPECIAL.stream().noneMatch(network -> network.holds(address));
    }

    private record Network(byte[] prefix, int bits) {
        static Network parse(String cidr) {
            int slash = cidr.indexOf('/');
            try {
                // Only literals: a name here would be looked up.
                var text = slash < 0 ? cidr : cidr.substring(0, slash);
                if (!text.matches("[0-9a-fA-F:.]+")) {
                    throw new UnknownHostException(text);
                }
                byte[] prefix = bytes(InetAddress.getByName(text), text);
                int bits = slash < 0 ? prefix.length * 8 : Integer.parseInt(cidr.substring(slash + 1));
                if (bits < 0 || bits > prefix.length * 8) {
                    throw new NumberFormatException(cidr);
                }
                return new Network(prefix, bits);
            } catch (UnknownHostException | NumberFormatException e) {
                throw new IllegalArgumentException("network: " + cidr + " (expected: a CIDR such as 10.0.0.0/8)", e);
            }
        }

        /** Java reads ::ffff:0:0 as an IPv4 address. */
        private static byte[] bytes(InetAddress address, String text) {
            if (address instanceof Inet4Address && text.indexOf(':') >= 0) {
                byte[] mapped = new byte[16];
                mapped[10] = (byte) 0xff;
                mapped[11] = (byte) 0xff;
                System.arraycopy(address.getAddress(), 0, mapped, 12, 4);
                return mapped;
            }
            return address.getAddress();
        }

        boolean holds(InetAddress address) {
            byte[] bytes = address.getAddress();
            if (bytes.length != prefix.length) {
                return false;
            }
            for (int i = 0; i < bits; i++) {
                int mask = 0x80 >> (i & 7);
                if ((bytes[i >> 3] & mask) != (prefix[i >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }
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
