package io.milena.delivery.shaping;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** All settings of sites: which mail belongs to which site, and its limits. Immutable. */
public final class Shaping {
    private static final int LONGEST_NAME = 200;

    private final ShapingFile files;
    private final List<Rule> rules;

    private Shaping(ShapingFile files) {
        this.files = files;
        this.rules = files.rules().values().stream().flatMap(Optional::stream).toList();
    }

    /** The file that we ship, overlaid by the operator's; a contradiction is a {@link ShapingException}. */
    static Shaping of(ShapingFile shipped, ShapingFile operators) {
        return new Shaping(ShapingFile.EMPTY.overlaidBy(shipped).overlaidBy(operators));
    }

    /** The site of a domain with these MX hosts; an empty list means that they are not known. */
    public SiteName site(String domain, List<String> exchangers) {
        var named = files.sites().values().stream()
                .filter(entry -> entry.domains().contains(domain))
                .findFirst()
                .or(() -> files.sites().values().stream()
                        .filter(entry -> entry.takes(exchangers))
                        .findFirst());
        if (named.isPresent()) {
            var entry = named.get();
            // A site that is a single domain has one owner.
            return new SiteName(
                    entry.name(),
                    !entry.exchangers().isEmpty() || entry.domains().size() > 1);
        }
        if (exchangers.stream().allMatch(host -> host.equals(domain) || host.endsWith("." + domain))) {
            return new SiteName(domain, false);
        }
        return new SiteName(rolledUp(exchangers), true);
    }

    /** A name made of the hosts, independent of their order. */
    private static String rolledUp(List<String> exchangers) {
        var all = String.join(",", new TreeSet<>(exchangers));
        return all.length() <= LONGEST_NAME
                ? all
                : all.substring(0, LONGEST_NAME) + "…" + Integer.toHexString(all.hashCode());
    }

    public List<Rule> rules() {
        return rules;
    }

    public Limits limits(String site, Optional<String> source) {
        return Limits.of(settings(site, source));
    }

    /** The value of each limit, and where it was set. */
    public Map<Limit, Setting> settings(String site, Optional<String> source) {
        var settings = new EnumMap<Limit, Setting>(Limit.class);
        settings.putAll(files.defaults());
        Optional.ofNullable(files.sites().get(site)).ifPresent(entry -> settings.putAll(entry.of(source)));
        return settings;
    }
}
