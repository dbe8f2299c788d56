package io.milena.delivery.tls;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A fetched MTA-STS policy of a domain (RFC 8461 §3.2): the names of its hosts, and whether they are enforced.
 *
 * @param domain that published it
 * @param id of the TXT record that announced it
 * @param mode {@code enforce}, {@code testing} or {@code none}
 * @param mx patterns of the hosts' names
 * @param expiresAt when it ends, {@code max_age} after it was fetched
 */
public record StsPolicy(String domain, String id, String mode, List<String> mx, Instant fetchedAt, Instant expiresAt) {
    // RFC 8461 §3.2: about a year.
    private static final long LONGEST = 31_557_600;

    private static final int MOST_HOSTS = 100;
    private static final int LONGEST_NAME = 255;

    // RFC 8461 §3.1: sts-field-delim, and a field of any name.
    private static final Pattern BETWEEN_FIELDS = Pattern.compile("[ \\t]*;[ \\t]*");
    private static final Pattern FIELD =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,31}=[\\x21-\\x3a\\x3c\\x3e-\\x7e]+");

    public StsPolicy {
        mx = List.copyOf(mx);
    }

    public boolean enforced() {
        return mode.equals("enforce");
    }

    public boolean tested() {
        return mode.equals("testing");
    }

    boolean validAt(Instant now) {
        return now.isBefore(expiresAt);
    }

    /** RFC 8461 §4.1. */
    boolean holds(String host) {
        return mx.stream().anyMatch(pattern -> HostNames.matches(pattern, host));
    }

    /** Reads a policy file; empty if it is not one. Ignores unknown fields. */
    static Optional<StsPolicy> parse(String domain, String text, String id, Instant now) {
        var fields = new HashMap<String, String>();
        var mx = new ArrayList<String>();
        for (var line : text.split("\r?\n")) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                continue;
            }
            var key = line.substring(0, colon).strip();
            var value = line.substring(colon + 1).strip();
            if (key.equals("mx")) {
                mx.add(value.toLowerCase(Locale.ROOT));
            } else {
                // RFC 8461 §3.2: of fields that occur twice the first counts.
                fields.putIfAbsent(key, value);
            }
        }
        return valid(fields, mx)
                ? Optional.of(new StsPolicy(
                        domain,
                        id,
                        fields.get("mode"),
                        mx,
                        now,
                        now.plusSeconds(Long.parseLong(fields.get("max_age")))))
                : Optional.empty();
    }

    private static boolean valid(Map<String, String> fields, List<String> mx) {
        var mode = fields.getOrDefault("mode", "");
        var age = fields.getOrDefault("max_age", "");
        return "STSv1".equals(fields.get("version"))
                && List.of("enforce", "testing", "none").contains(mode)
                && age.matches("\\d{1,10}")
                && Long.parseLong(age) <= LONGEST
                && (mode.equals("none") || !mx.isEmpty())
                && mx.size() <= MOST_HOSTS
                && mx.stream().allMatch(pattern -> pattern.length() <= LONGEST_NAME);
    }

    /**
     * The id that a domain's TXT records announce (RFC 8461 §3.1); empty if the domain has no policy or announces it
     * wrongly.
     */
    static Optional<String> announced(List<String> texts) {
        var announcements =
                texts.stream().filter(text -> text.startsWith("v=STSv1;")).toList();
        if (announcements.size() != 1) {
            return Optional.empty();
        }
        var fields = List.of(
                BETWEEN_FIELDS.split(announcements.getFirst().stripTrailing().replaceFirst(";$", ""), -1));
        if (!fields.stream().allMatch(field -> FIELD.matcher(field).matches())) {
            return Optional.empty();
        }
        // RFC 8461 §3.2: of fields that occur twice the first counts.
        return fields.stream()
                .filter(field -> field.startsWith("id="))
                .findFirst()
                .map(field -> field.substring("id=".length()))
                .filter(id -> id.matches("[0-9A-Za-z]{1,32}"));
    }
}
