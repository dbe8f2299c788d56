package io.milena.delivery.egress;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** The addresses that a source sends from, at most one of each family. Immutable. */
record Addresses(Optional<InetAddress> four, Optional<InetAddress> six) {
    /** A bad address, or a second one of a family, is an {@link IllegalArgumentException} that names the key. */
    static Addresses parse(String key, List<String> texts) {
        var four = Optional.<InetAddress>empty();
        var six = Optional.<InetAddress>empty();
        for (var text : texts) {
            var address = parse(key, text);
            boolean isFour = address instanceof Inet4Address;
            if ((isFour ? four : six).isPresent()) {
                throw new IllegalArgumentException(
                        key + ": " + texts + " (expected: one IPv4 and one IPv6 address at most)");
            }
            if (isFour) {
                four = Optional.of(address);
            } else {
                six = Optional.of(address);
            }
        }
        return new Addresses(four, six);
    }

    private static InetAddress parse(String key, String text) {
        var literal = text.strip().replaceAll("^\\[|]$", "");
        try {
            var address = InetAddress.ofLiteral(literal);
            // The JDK accepts 127.1, which is more likely a typing error.
            boolean whole = literal.contains(":")
                    || literal.chars().filter(c -> c == '.').count() == 3;
            if (whole && !address.isAnyLocalAddress() && !address.isMulticastAddress()) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // Reported below: the JDK's own message does not name the key.
        }
        throw new IllegalArgumentException(key + ": " + text + " (expected: an IPv4 or IPv6 address to send from)");
    }

    boolean isEmpty() {
        return four.isEmpty() && six.isEmpty();
    }

    /** The address of the remote's family. */
    Optional<InetAddress> towards(InetAddress remote) {
        return remote instanceof Inet4Address ? four : six;
    }
}
