package io.milena.delivery.shaping;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A site in a shaping file: its mail and its limits. Immutable.
 *
 * @param domains recipient domains, in lower case
 * @param exchangers names of MX hosts, in lower case; {@code *.example.com} is any host below that name
 * @param sources limits for single egress sources, by name
 */
record SiteEntry(
        String name,
        Origin origin,
        List<String> domains,
        List<String> exchangers,
        Map<Limit, Setting> limits,
        Map<String, Map<Limit, Setting>> sources) {

    /** Whether all of these hosts belong to the site. */
    boolean takes(List<String> hosts) {
        return !hosts.isEmpty()
                && hosts.stream().allMatch(host -> exchangers.stream().anyMatch(pattern -> matches(pattern, host)));
    }

    private static boolean matches(String pattern, String host) {
        return pattern.startsWith("*.") ? host.endsWith(pattern.substring(1)) : host.equals(pattern);
    }

    /** The operator's values go before ours; an operator's list replaces ours. */
    SiteEntry overlaidBy(SiteEntry other) {
        var limited = new EnumMap<Limit, Setting>(Limit.class);
        limited.putAll(limits);
        limited.putAll(other.limits);
        var bySource = new TreeMap<>(sources);
        other.sources.forEach((source, settings) -> bySource.merge(source, settings, (ours, theirs) -> {
            var merged = new EnumMap<>(ours);
            merged.putAll(theirs);
            return merged;
        }));
        return new SiteEntry(
                name,
                other.origin,
                other.domains.isEmpty() ? domains : other.domains,
                other.exchangers.isEmpty() ? exchangers : other.exchangers,
                limited,
                bySource);
    }

    Map<Limit, Setting> of(Optional<String> source) {
        var settings = new EnumMap<Limit, Setting>(Limit.class);
        settings.putAll(limits);
        source.map(sources::get).ifPresent(settings::putAll);
        return settings;
    }
}
