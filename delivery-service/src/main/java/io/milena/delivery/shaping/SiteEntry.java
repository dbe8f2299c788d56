package io.milena.delivery.shaping;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A site that a file names: which mail goes there, and what holds for it. Immutable.
 *
 * @param domains recipient domains, in lower case
 * @param exchangers names of MX hosts, in lower case; {@code *.example.com} is any below that one
 * @param sources what holds for one egress source alone, by its name
 */
record SiteEntry(
        String name,
        Origin origin,
        List<String> domains,
        List<String> exchangers,
        Map<Limit, Setting> limits,
        Map<String, Map<Limit, Setting>> sources) {

    /** Whether all of these hosts are among its own. */
    boolean takes(List<String> hosts) {
        return !hosts.isEmpty()
                && hosts.stream().allMatch(host -> exchangers.stream().anyMatch(pattern -> matches(pattern, host)));
    }

    private static boolean matches(String pattern, String host) {
        return pattern.startsWith("*.") ? host.endsWith(pattern.substring(1)) : host.equals(pattern);
    }

    /** What the operator says goes before what we do; a list that he gives replaces ours. */
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
