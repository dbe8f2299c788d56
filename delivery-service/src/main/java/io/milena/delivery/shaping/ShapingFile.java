package io.milena.delivery.shaping;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One shaping file as it was read: {@code defaults}, {@code sites} and {@code rules}. Immutable; a file that is not
 * valid is a {@link ShapingException}.
 *
 * @param rules by name; empty: a rule that is off
 */
record ShapingFile(Map<Limit, Setting> defaults, Map<String, SiteEntry> sites, Map<String, Optional<Rule>> rules) {
    /** A file without settings. */
    static final ShapingFile EMPTY = new ShapingFile(Map.of(), Map.of(), Map.of());

    /** {@code file} is its name for the operator. */
    static ShapingFile parse(String file, String text) {
        return YamlNode.read(file, text).map(ShapingFile::parse).orElse(EMPTY);
    }

    private static ShapingFile parse(YamlNode root) {
        Map<Limit, Setting> defaults = Map.of();
        var sites = new LinkedHashMap<String, SiteEntry>();
        Map<String, Optional<Rule>> rules = Map.of();
        for (var field : root.fields().entrySet()) {
            switch (field.getKey()) {
                case "defaults" -> defaults = limits(field.getValue());
                case "sites" ->
                    field.getValue().fields().forEach((name, node) -> sites.put(name, site(name.strip(), node)));
                case "rules" -> rules = RuleReader.read(field.getValue());
                default -> throw field.getValue().refused(unknown(field.getKey(), "defaults, sites, rules"));
            }
        }
        var read = new ShapingFile(defaults, sites, rules);
        read.refuseContradictions();
        return read;
    }

    private static String unknown(String key, String known) {
        return "the key '" + key + "' is not known (expected: " + known + ")";
    }

    private static Map<Limit, Setting> limits(YamlNode node) {
        var limits = new EnumMap<Limit, Setting>(Limit.class);
        node.fields().forEach((key, value) -> put(limits, key, value, ""));
        return limits;
    }

    private static void put(Map<Limit, Setting> limits, String key, YamlNode value, String also) {
        var limit = Limit.of(key).orElseThrow(() -> value.refused(unknown(key, Limit.keys() + also)));
        try {
            limits.put(limit, new Setting(limit.parse(value.text()), value.origin()));
        } catch (IllegalArgumentException e) {
            throw value.refused(key + ": " + e.getMessage());
        }
    }

    private static SiteEntry site(String name, YamlNode node) {
        List<String> domains = List.of();
        List<String> exchangers = List.of();
        var limits = new EnumMap<Limit, Setting>(Limit.class);
        var sources = new TreeMap<String, Map<Limit, Setting>>();
        for (var field : node.fields().entrySet()) {
            var value = field.getValue();
            switch (field.getKey()) {
                case "domains" -> domains = names(value, false);
                case "mx" -> exchangers = names(value, true);
                case "sources" ->
                    value.fields().forEach((source, sourceNode) -> sources.put(source, limits(sourceNode)));
                default -> put(limits, field.getKey(), value, ", domains, mx, sources");
            }
        }
        return new SiteEntry(name, node.origin(), domains, exchangers, limits, sources);
    }

    private static List<String> names(YamlNode node, boolean patterns) {
        var names = new ArrayList<String>();
        for (var one : node.list()) {
            var name = one.text().toLowerCase(Locale.ROOT).replaceAll("\\.$", "");
            if (!(patterns ? name.replaceFirst("^\\*\\.", "") : name).matches("[^\\s*]+")) {
                throw one.refused(
                        "'" + name + "' is no name" + (patterns ? " (expected: mx.example.com or *.example.com)" : ""));
            }
            names.add(name);
        }
        return names;
    }

    /** Otherwise mail would have two sites. */
    private void refuseContradictions() {
        var owners = new HashMap<String, String>();
        sites.values().forEach(site -> {
            var claimed = new ArrayList<String>();
            site.domains().forEach(domain -> claimed.add("the domain " + domain));
            site.exchangers().forEach(host -> claimed.add("the MX host " + host));
            for (var claim : claimed) {
                var other = owners.putIfAbsent(claim, site.name());
                if (other != null) {
                    throw new ShapingException(
                            site.origin(),
                            claim + " belongs to " + (other.equals(site.name()) ? "it twice" : other + " already"));
                }
            }
        });
    }

    /** This file overlaid by the operator's. */
    ShapingFile overlaidBy(ShapingFile other) {
        var limits = new EnumMap<Limit, Setting>(Limit.class);
        limits.putAll(defaults);
        limits.putAll(other.defaults);
        var merged = new LinkedHashMap<>(sites);
        other.sites
                .values()
                .forEach(site -> merged.put(site.name(), overlaid(Optional.ofNullable(sites.get(site.name())), site)));
        var ruled = new LinkedHashMap<>(rules);
        ruled.putAll(other.rules);
        var all = new ShapingFile(limits, merged, ruled);
        all.refuseContradictions();
        all.refuseLostRules();
        return all;
    }

    /** Refuses a rule for a site that does not exist: it would never apply. */
    private void refuseLostRules() {
        rules.values().stream()
                .flatMap(Optional::stream)
                .forEach(rule -> rule.sites().stream()
                        .filter(site -> !sites.containsKey(site))
                        .findFirst()
                        .ifPresent(site -> {
                            throw new ShapingException(
                                    rule.origin(),
                                    "the rule " + rule.name() + " is for a site " + site + " that there isn't");
                        }));
    }

    private static SiteEntry overlaid(Optional<SiteEntry> ours, SiteEntry site) {
        if (ours.isPresent()) {
            return ours.get().overlaidBy(site);
        }
        if (!site.domains().isEmpty() || !site.exchangers().isEmpty()) {
            return site;
        }
        if (!site.name().contains(".")) {
            throw new ShapingException(
                    site.origin(),
                    "no mail leads to the site " + site.name() + " (expected: domains or mx, or a domain as its name)");
        }
        // A domain may name a site of its own.
        return new SiteEntry(
                site.name(),
                site.origin(),
                List.of(site.name().toLowerCase(Locale.ROOT)),
                List.of(),
                site.limits(),
                site.sources());
    }
}
