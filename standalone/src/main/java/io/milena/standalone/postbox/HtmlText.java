package io.milena.standalone.postbox;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The text of an HTML mail, for previews and search, and the targets of its links in their order. Reads markup much as
 * browsers do, in time linear in the length for any input.
 */
final class HtmlText {
    private static final int MOST_LINKS = 500;
    private static final Set<String> NOT_SHOWN = Set.of("head", "script", "style", "template", "title");
    private static final Set<String> IN_A_LINE = Set.of(
            "a", "abbr", "b", "big", "code", "em", "font", "i", "img", "s", "small", "span", "strong", "sub", "sup",
            "u");
    private static final Pattern LINK = Pattern.compile("https?://[^\\s<>\"]{1,2000}", Pattern.CASE_INSENSITIVE);
    private static final Pattern HREF =
            Pattern.compile("\\shref\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s\"'>]+))", Pattern.CASE_INSENSITIVE);
    private static final Map<String, String> ENTITIES = Map.ofEntries(
            Map.entry("amp", "&"),
            Map.entry("lt", "<"),
            Map.entry("gt", ">"),
            Map.entry("quot", "\""),
            Map.entry("apos", "'"),
            Map.entry("nbsp", " "),
            Map.entry("zwnj", ""),
            Map.entry("shy", ""),
            Map.entry("copy", "©"),
            Map.entry("reg", "®"),
            Map.entry("trade", "™"),
            Map.entry("euro", "€"),
            Map.entry("bull", "•"),
            Map.entry("middot", "·"),
            Map.entry("hellip", "…"),
            Map.entry("ndash", "–"),
            Map.entry("mdash", "—"),
            Map.entry("lsquo", "‘"),
            Map.entry("rsquo", "’"),
            Map.entry("ldquo", "“"),
            Map.entry("rdquo", "”"),
            Map.entry("laquo", "«"),
            Map.entry("raquo", "»"),
            Map.entry("auml", "ä"),
            Map.entry("ouml", "ö"),
            Map.entry("uuml", "ü"),
            Map.entry("szlig", "ß"),
            Map.entry("eacute", "é"),
            Map.entry("egrave", "è"));

    private final String html;
    private final StringBuilder text = new StringBuilder();
    private final Set<String> links = new LinkedHashSet<>();

    private HtmlText(String html) {
        this.html = html;
    }

    static HtmlText of(String html) {
        var read = new HtmlText(html);
        int at = 0;
        while (at < html.length()) {
            at = read.step(at);
        }
        return read;
    }

    String text() {
        return text.toString();
    }

    /** Links of HTML and of text, in their order, each once; {@code http} and {@code https} only. */
    static Set<String> links(String html, String text) {
        var all = new LinkedHashSet<>(of(html).links);
        LINK.matcher(text)
                .results()
                .map(found -> trimmed(found.group()))
                .limit(MOST_LINKS)
                .forEach(all::add);
        return all;
    }

    /** Removes the punctuation of the sentence around the link. */
    private static String trimmed(String link) {
        int end = link.length();
        while (end > 0 && ".,;:!?'*_)]}".indexOf(link.charAt(end - 1)) >= 0) {
            if (link.charAt(end - 1) == ')' && link.lastIndexOf('(', end - 1) >= 0) {
                break;
            }
            end--;
        }
        return link.substring(0, end);
    }

    /** Reads the text up to the next tag, and that tag. */
    private int step(int at) {
        int open = html.indexOf('<', at);
        if (open < 0) {
            text.append(decode(html.substring(at)));
            return html.length();
        }
        text.append(decode(html.substring(at, open)));
        if (html.startsWith("<!--", open)) {
            int end = html.indexOf("-->", open + 4);
            return end < 0 ? html.length() : end + 3;
        }
        if (open + 1 == html.length() || !startsTag(html.charAt(open + 1))) {
            text.append('<');
            return open + 1;
        }
        int close = tagEnd(open);
        if (close < 0) {
            return html.length();
        }
        var tag = html.substring(open + 1, close);
        var name = name(tag);
        if (name.equals("a")) {
            addLink(tag);
        }
        if (!IN_A_LINE.contains(name.startsWith("/") ? name.substring(1) : name)) {
            text.append('\n');
        }
        return NOT_SHOWN.contains(name) ? endTag(name, close) : close + 1;
    }

    private static boolean startsTag(char c) {
        return c == '/' || c == '!' || c == '?' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** The index of the {@code >} that is outside of quoted values; -1 when there is none. */
    private int tagEnd(int open) {
        char last = 0;
        for (int i = open + 1; i < html.length(); i++) {
            char c = html.charAt(i);
            if (c == '>') {
                return i;
            }
            if ((c == '"' || c == '\'') && last == '=') {
                i = html.indexOf(c, i + 1);
                if (i < 0) {
                    return -1;
                }
            }
            if (!Character.isWhitespace(c)) {
                last = c;
            }
        }
        return -1;
    }

    private static String name(String tag) {
        int end = tag.startsWith("/") ? 1 : 0;
        while (end < tag.length() && Character.isLetterOrDigit(tag.charAt(end))) {
            end++;
        }
        return tag.substring(0, end).toLowerCase(Locale.ROOT);
    }

    private int endTag(String name, int from) {
        int at = html.indexOf("</", from);
        while (at >= 0 && !html.regionMatches(true, at + 2, name, 0, name.length())) {
            at = html.indexOf("</", at + 2);
        }
        return at < 0 ? html.length() : at;
    }

    private void addLink(String tag) {
        var href = HREF.matcher(tag);
        if (links.size() >= MOST_LINKS || !href.find()) {
            return;
        }
        var value = href.group(1) != null ? href.group(1) : href.group(2) != null ? href.group(2) : href.group(3);
        var link = decode(value).strip();
        if (link.regionMatches(true, 0, "http://", 0, 7) || link.regionMatches(true, 0, "https://", 0, 8)) {
            links.add(link);
        }
    }

    private static String decode(String text) {
        int at = text.indexOf('&');
        if (at < 0) {
            return text;
        }
        var decoded = new StringBuilder(text.length());
        int from = 0;
        while (at >= 0) {
            decoded.append(text, from, at);
            int end = at + 1;
            while (end < text.length() && end < at + 12 && isNameOfEntity(text.charAt(end))) {
                end++;
            }
            var character = end < text.length() && text.charAt(end) == ';' ? entity(text.substring(at + 1, end)) : null;
            decoded.append(character == null ? "&" : character);
            from = character == null ? at + 1 : end + 1;
            at = text.indexOf('&', from);
        }
        return decoded.append(text, from, text.length()).toString();
    }

    private static boolean isNameOfEntity(char c) {
        return c == '#' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    /** The character of an entity; null if the entity is unknown. */
    private static String entity(String name) {
        if (!name.startsWith("#")) {
            return ENTITIES.get(name);
        }
        try {
            boolean hex = name.startsWith("#x") || name.startsWith("#X");
            int code = Integer.parseInt(name.substring(hex ? 2 : 1), hex ? 16 : 10);
            return Character.isValidCodePoint(code) && code > 0 ? Character.toString(code) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
