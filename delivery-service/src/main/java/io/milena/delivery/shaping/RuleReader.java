package io.milena.delivery.shaping;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.milena.operator.Times;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code rules} of a file; a bad rule is a {@link ShapingException}. */
final class RuleReader {
    private static final String KEYS = "sites, reply, after, do, for";
    private static final String DEEDS =
            "suspend site, suspend account, bounce site, bounce account, rate RATE, tls off, tls required";

    private RuleReader() {}

    /** By name; {@code off} removes a rule that we ship. */
    static Map<String, Optional<Rule>> read(YamlNode rules) {
        var read = new LinkedHashMap<String, Optional<Rule>>();
        rules.fields()
                .forEach((name, node) ->
                        read.put(name, node.says("off") ? Optional.empty() : Optional.of(rule(name, node))));
        return read;
    }

    private static Rule rule(String name, YamlNode node) {
        var fields = node.fields();
        fields.forEach((key, value) -> {
            if (!Set.of(KEYS.split(", ")).contains(key)) {
                throw value.refused("the key '" + key + "' is not known (expected: " + KEYS + ")");
            }
        });
        var sites = new HashSet<String>();
        Optional.ofNullable(fields.get("sites")).ifPresent(list -> list.list().forEach(site -> sites.add(site.text())));
        return new Rule(
                name,
                Set.copyOf(sites),
                pattern(needed(node, fields, "reply")),
                Optional.ofNullable(fields.get("after")).map(RuleReader::rate),
                deed(needed(node, fields, "do")),
                lasting(needed(node, fields, "for")),
                node.origin());
    }

    private static YamlNode needed(YamlNode rule, Map<String, YamlNode> fields, String key) {
        return Optional.ofNullable(fields.get(key)).orElseThrow(() -> rule.refused("the key '" + key + "' is missing"));
    }

    private static Pattern pattern(YamlNode node) {
        try {
            return Pattern.compile(node.text(), Pattern.CASE_INSENSITIVE);
        } catch (PatternSyntaxException e) {
            throw node.refused("reply: " + e.getDescription());
        }
    }

    private static Rate rate(YamlNode node) {
        return rate(node, node.text());
    }

    private static Rate rate(YamlNode node, String text) {
        try {
            return Rate.parse(text);
        } catch (IllegalArgumentException e) {
            throw node.refused(e.getMessage());
        }
    }

    private static Rule.Deed deed(YamlNode node) {
        var text = node.text();
        return switch (text) {
            case "suspend site" -> new Rule.Deed.Suspend(false);
            case "suspend account" -> new Rule.Deed.Suspend(true);
            case "bounce site" -> new Rule.Deed.Bounce(false);
            case "bounce account" -> new Rule.Deed.Bounce(true);
            case "tls off" -> new Rule.Deed.Tls(false);
            case "tls required" -> new Rule.Deed.Tls(true);
            default -> {
                if (!text.startsWith("rate ")) {
                    throw node.refused("do: '" + text + "' (expected: " + DEEDS + ")");
                }
                yield new Rule.Deed.Slow(rate(node, text.substring("rate ".length())));
            }
        };
    }

    private static Duration lasting(YamlNode node) {
        return Times.parse(node.text())
                .filter(Duration::isPositive)
                .orElseThrow(() -> node.refused("for: '" + node.text() + "' (expected: a time, e.g. 30m)"));
    }
}
