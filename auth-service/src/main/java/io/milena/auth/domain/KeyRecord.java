package io.milena.auth.domain;

import io.milena.auth.store.DkimKey;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads DKIM key records as owners have published them (RFC 6376 §3.6.1), in any order and spacing of tags. */
public final class KeyRecord {
    private KeyRecord() {}

    public static String name(DkimKey key) {
        return key.selector + "._domainkey." + key.domain;
    }

    /** Whether a verifier finds this key in these texts. */
    public static boolean publishes(List<String> texts, DkimKey key) {
        // RFC 6376 §3.6.2.2: the result of more than one record is undefined.
        if (texts.size() != 1) {
            return false;
        }
        var tags = tags(texts.getFirst());
        return tags.getOrDefault("v", "DKIM1").equals("DKIM1")
                && tags.getOrDefault("k", "rsa").equals(key.algorithm)
                && allows(tags.getOrDefault("h", "sha256"), "sha256")
                && (allows(tags.getOrDefault("s", "*"), "*") || allows(tags.get("s"), "email"))
                && tags.getOrDefault("p", "").equals(key.publicKey);
    }

    private static boolean allows(String list, String value) {
        return List.of(list.toLowerCase(Locale.ROOT).split(":")).contains(value);
    }

    // RFC 6376 §3.2; white space does not matter in these values.
    private static Map<String, String> tags(String text) {
        var tags = new HashMap<String, String>();
        for (var tag : text.split(";")) {
            int equals = tag.indexOf('=');
            if (equals > 0) {
                tags.put(
                        tag.substring(0, equals).strip(),
                        tag.substring(equals + 1).replaceAll("\\s", ""));
            }
        }
        return tags;
    }
}
