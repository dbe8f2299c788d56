package io.milena.delivery.tls;

import io.milena.delivery.dns.Dns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A domain's TLS policy, as reports tell it back to the domain (RFC 8460 §4.4, §4.5). Bounded, and ASCII: a domain may
 * publish more than a report needs.
 *
 * @param domain of the policy; with DANE the base domain of the TLSA records, which is the host's
 * @param strings the policy's lines or the TLSA records
 * @param mx the host-name patterns of an MTA-STS policy
 */
public record PublishedPolicy(Type type, String domain, List<String> strings, List<String> mx) {
    private static final int MOST_STRINGS = 50;
    private static final int LONGEST_STRING = 255;

    /** The policy types of RFC 8460 §4.4. */
    public enum Type {
        STS,
        TLSA,
        NO_POLICY_FOUND;

        /** In the spelling of reports. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public PublishedPolicy {
        Objects.requireNonNull(type);
        Objects.requireNonNull(domain);
        strings = bounded(strings);
        mx = bounded(mx);
    }

    private static List<String> bounded(List<String> strings) {
        return strings.stream()
                .limit(MOST_STRINGS)
                .map(string -> string.substring(0, Math.min(string.length(), LONGEST_STRING))
                        .replaceAll("[^\\x20-\\x7e]", "?"))
                .toList();
    }

    static PublishedPolicy none(String domain) {
        return new PublishedPolicy(Type.NO_POLICY_FOUND, domain, List.of(), List.of());
    }

    static PublishedPolicy of(StsPolicy policy) {
        var lines = new ArrayList<String>();
        lines.add("version: STSv1");
        lines.add("mode: " + policy.mode());
        policy.mx().stream().limit(MOST_STRINGS - 3).forEach(pattern -> lines.add("mx: " + pattern));
        lines.add("max_age: "
                + Duration.between(policy.fetchedAt(), policy.expiresAt()).toSeconds());
        return new PublishedPolicy(Type.STS, policy.domain(), lines, policy.mx());
    }

    /** {@code base}: the name that has the records, or should have them. */
    static PublishedPolicy of(String base, List<Dns.Tlsa> records) {
        return new PublishedPolicy(
                Type.TLSA,
                base,
                records.stream().map(PublishedPolicy::presentation).toList(),
                List.of());
    }

    // RFC 8460 §4.5: the four fields of RFC 6698 §2.2 with one space between.
    private static String presentation(Dns.Tlsa record) {
        return record.usage() + " " + record.selector() + " " + record.matching() + " "
                + HexFormat.of().withUpperCase().formatHex(record.association());
    }
}
