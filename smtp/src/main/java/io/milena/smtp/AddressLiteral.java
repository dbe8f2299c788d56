package io.milena.smtp;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An address literal, {@code [192.0.2.1]} or {@code [IPv6:2001:db8::1]} (RFC 5321 §4.1.3); general address literals are
 * refused.
 */
final class AddressLiteral {
    private static final Pattern IPV4 = Pattern.compile(
            "(25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)");
    private static final Pattern GROUP = Pattern.compile("[0-9a-fA-F]{1,4}");

    private AddressLiteral() {}

    /** The literal in its normal form, brackets included. */
    static Optional<String> parse(String written) {
        if (!DomainName.ascii(written) || !written.startsWith("[") || !written.endsWith("]")) {
            return Optional.empty();
        }
        var inner = written.substring(1, written.length() - 1);
        if (IPV4.matcher(inner).matches()) {
            return Optional.of(written);
        }
        if (!inner.regionMatches(true, 0, "IPv6:", 0, 5)) {
            return Optional.empty();
        }
        var address = inner.substring(5).toLowerCase(Locale.ROOT);
        return ipv6(address) ? Optional.of("[IPv6:" + address + "]") : Optional.empty();
    }

    private static boolean ipv6(String address) {
        int gap = address.indexOf("::");
        if (gap < 0) {
            return groups(address, true) == 8;
        }
        int before = gap == 0 ? 0 : groups(address.substring(0, gap), false);
        int after = gap + 2 == address.length() ? 0 : groups(address.substring(gap + 2), true);
        return before >= 0 && after >= 0 && before + after <= 7;
    }

    /** The number of 16-bit groups; -1 if the text is no such list. An IPv4 address at the end counts as two. */
    private static int groups(String text, boolean mayEndInIpv4) {
        var parts = text.split(":", -1);
        int count = 0;
        for (int i = 0; i < parts.length; i++) {
            if (GROUP.matcher(parts[i]).matches()) {
                count++;
            } else if (mayEndInIpv4
                    && i == parts.length - 1
                    && IPV4.matcher(parts[i]).matches()) {
                count += 2;
            } else {
                return -1;
            }
        }
        return count;
    }
}
