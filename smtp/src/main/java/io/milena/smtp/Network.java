package io.milena.smtp;

import java.net.InetAddress;

/**
 * Addresses that share a prefix, as a CIDR names them (RFC 4632, RFC 4291 §2.3). A single address is a network of one.
 */
public record Network(byte[] prefix, int bits) {

    /** Reads {@code address[/bits]}; throws {@link IllegalArgumentException} for any other text. Makes no DNS query. */
    public static Network parse(String cidr) {
        int slash = cidr.indexOf('/');
        try {
            var text = slash < 0 ? cidr : cidr.substring(0, slash);
            // Whole literals only: Java would take 10.1 for 10.0.0.1.
            if (!text.matches("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
                throw new NumberFormatException(text);
            }
            byte[] prefix = bytes(InetAddress.ofLiteral(text), text);
            int bits = slash < 0 ? prefix.length * 8 : Integer.parseInt(cidr.substring(slash + 1));
            if (bits < 0 || bits > prefix.length * 8) {
                throw new NumberFormatException(cidr);
            }
            return new Network(prefix, bits);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("network: " + cidr + " (expected: a CIDR such as 10.0.0.0/8)", e);
        }
    }

    /** The octets of the address as it was written; Java reads ::ffff:0:0 as an IPv4 address. */
    private static byte[] bytes(InetAddress address, String text) {
        if (address.getAddress().length == 4 && text.indexOf(':') >= 0) {
            byte[] mapped = new byte[16];
            mapped[10] = (byte) 0xff;
            mapped[11] = (byte) 0xff;
            System.arraycopy(address.getAddress(), 0, mapped, 12, 4);
            return mapped;
        }
        return address.getAddress();
    }

    public boolean holds(InetAddress address) {
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
