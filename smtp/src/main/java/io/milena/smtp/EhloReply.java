package io.milena.smtp;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** The extensions that a remote offers (RFC 5321 §4.1.1.1): keywords in upper case with their parameters. */
public record EhloReply(Map<String, String> extensions) {
    public static final EhloReply NONE = new EhloReply(Map.of());

    public EhloReply {
        extensions = Map.copyOf(extensions);
    }

    /** Reads a 250 reply to EHLO; its first line is the greeting. */
    public static EhloReply of(Reply reply) {
        var extensions = new HashMap<String, String>();
        for (var line : reply.lines().subList(1, reply.lines().size())) {
            var words = line.strip().split(" ", 2);
            extensions.put(words[0].toUpperCase(Locale.ROOT), words.length > 1 ? words[1].strip() : "");
        }
        return new EhloReply(extensions);
    }

    /** These extensions without some keywords. */
    public EhloReply without(Set<String> keywords) {
        var others = new HashMap<>(extensions);
        others.keySet().removeAll(keywords);
        return new EhloReply(others);
    }

    public boolean offers(String keyword) {
        return extensions.containsKey(keyword);
    }

    /** The parameters of an extension; empty if it is not offered. */
    public String parameters(String keyword) {
        return extensions.getOrDefault(keyword, "");
    }

    /** A limit that the remote announces (RFC 9422 §3), such as RCPTMAX or MAILMAX; at least 1. */
    public OptionalInt limit(String name) {
        for (var word : parameters("LIMITS").split(" +")) {
            var pair = word.split("=", 2);
            if (pair[0].equalsIgnoreCase(name) && pair.length == 2 && pair[1].matches("[1-9]\\d{0,5}")) {
                return OptionalInt.of(Integer.parseInt(pair[1]));
            }
        }
        return OptionalInt.empty();
    }

    /** The fewest seconds that the remote accepts with BY in mode RETURN (RFC 2852 §3); 0 if it names none. */
    public int minimumByTime() {
        var minimum = extensions.getOrDefault("DELIVERBY", "").split(",", 2)[0].strip();
        return minimum.matches("\\d{1,9}") ? Integer.parseInt(minimum) : 0;
    }

    /** The fixed size limit (RFC 1870 §4), if there is one. */
    public OptionalLong sizeLimit() {
        var size = parameters("SIZE");
        if (!size.matches("\\d{1,18}") || Long.parseLong(size) == 0) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(size));
    }
}
