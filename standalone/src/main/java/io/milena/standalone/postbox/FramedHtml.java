package io.milena.standalone.postbox;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The HTML of a mail as the page's frame gets it: links open in a tab of their own, and the images that the mail brings
 * along ({@code cid:}, RFC 2392) are included. The accompanying policy blocks scripts, forms and all external content.
 */
final class FramedHtml {
    /** A sandbox with an origin of its own, without scripts and forms; a tab opened by a link is an ordinary tab. */
    static final String SANDBOX = "allow-popups allow-popups-to-escape-sandbox";

    static final String POLICY =
            "sandbox " + SANDBOX + "; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    private static final Pattern CID = Pattern.compile("cid:([^\\s\"'<>()&]{1,250})", Pattern.CASE_INSENSITIVE);
    private static final Pattern LINK = Pattern.compile("<(a|area)(?=[\\s/>])", Pattern.CASE_INSENSITIVE);
    private static final String HEAD = "<!doctype html><meta name=viewport content='width=device-width'>"
            + "<style>body{font:15px/1.6 system-ui,sans-serif;margin:24px 32px;color:#222;background:#fff}"
            + "@media(max-width:480px){body{margin:16px 18px}}</style>";

    private FramedHtml() {}

    /** @param images data URLs by Content-ID */
    static String of(String html, Map<String, String> images) {
        // If an attribute stands twice, the first one counts. No quotes: this may stand within a quoted value.
        var linked = LINK.matcher(html).replaceAll("<$1 target=_blank rel=noopener ");
        return HEAD
                + CID.matcher(linked)
                        .replaceAll(reference -> Matcher.quoteReplacement(
                                images.getOrDefault(id(reference.group(1)), reference.group())));
    }

    /** The Content-IDs that HTML refers to. */
    static Set<String> references(String html) {
        return CID.matcher(html)
                .results()
                .map(reference -> id(reference.group(1)))
                .collect(Collectors.toSet());
    }

    private static String id(String encoded) {
        try {
            return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return encoded;
        }
    }
}
