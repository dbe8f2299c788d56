package io.milena.mail;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reader's view of a MIME message in one string: its fields but for the encoding, its parts, the octets of its leaves
 * decoded. By regular expressions over the whole text, outermost multipart first; one char per octet.
 */
final class SlowMime {
    private static final Pattern FIELD = Pattern.compile("[!-9;-~]+[ \t]*:(?s:.*)");
    private static final Pattern BOUNDARY = Pattern.compile("(?i);\\s*boundary=\"?([^\";]+)");

    private SlowMime() {}

    static String read(String message) {
        return entity(message, "text/plain");
    }

    private static String entity(String entity, String defaultType) {
        var split = ("\r\n" + entity).split("\r\n\r\n", 2);
        var section = split[0].isEmpty() ? "" : split[0].substring(2).replaceAll("\r\n(?=[ \t])", "");
        var fields = section.isEmpty() ? new String[0] : section.split("\r\n");
        for (var field : fields) {
            if (!FIELD.matcher(field).matches()) {
                return "broken{" + entity + "}";
            }
        }
        if (section.matches("(?s)[ \t].*")) {
            return "broken{" + entity + "}";
        }
        var told = new StringBuilder("{");
        for (var field : fields) {
            if (!field.matches("(?is)(Content-Transfer-Encoding|MIME-Version)[ \t]*:.*")) {
                told.append(field).append('|');
            }
        }
        return told + (split.length == 1 ? "" : body(fields, split[1], defaultType)) + "}";
    }

    private static String body(String[] fields, String body, String defaultType) {
        var types = values(fields, "Content-Type");
        var encodings = values(fields, "Content-Transfer-Encoding");
        var type = types.isEmpty() ? defaultType : types.getFirst();
        var encoding = encodings.isEmpty() ? "7bit" : encodings.getFirst().toLowerCase(Locale.ROOT);
        boolean walked = types.size() < 2 && encodings.size() < 2 && encoding.matches("7bit|8bit|binary");
        var boundary = BOUNDARY.matcher(type);
        if (walked && type.matches("multipart/(?!signed).*") && boundary.find()) {
            return parts(
                    body, boundary.group(1), type.startsWith("multipart/digest") ? "message/rfc822" : "text/plain");
        }
        if (walked && type.startsWith("message/rfc822")) {
            return entity(body, "text/plain");
        }
        return switch (encoding) {
            case "quoted-printable" -> quotedPrintable(body);
            case "base64" -> base64(body);
            default -> body;
        };
    }

    private static String parts(String body, String boundary, String defaultType) {
        var delimiter = Pattern.compile("--" + Pattern.quote(boundary) + "(--)?[ \t]*(\r\n)?");
        var pieces = new ArrayList<String>();
        var piece = new StringBuilder();
        boolean ended = false;
        for (var line : body.split("(?<=\r\n)")) {
            var matcher = delimiter.matcher(line);
            if (!ended && matcher.matches()) {
                // RFC 2046 §5.1.1: the line end before it is its own.
                pieces.add(piece.toString().replaceFirst("\r\n\\z", ""));
                piece.setLength(0);
                ended = matcher.group(1) != null;
            } else {
                piece.append(line);
            }
        }
        var told = new StringBuilder();
        for (int i = 0; i < pieces.size(); i++) {
            told.append(i == 0 ? "before:" + pieces.get(i) : entity(pieces.get(i), defaultType));
        }
        boolean any = !pieces.isEmpty();
        return told + (ended ? "behind:" + piece : any ? entity(piece.toString(), defaultType) : "before:" + piece);
    }

    private static List<String> values(String[] fields, String name) {
        var values = new ArrayList<String>();
        for (var field : fields) {
            var matcher =
                    Pattern.compile("(?is)" + name + "[ \t]*:[ \t]*(.*?)\\s*").matcher(field);
            if (matcher.matches()) {
                values.add(matcher.group(1));
            }
        }
        return values;
    }

    private static String quotedPrintable(String body) {
        return Pattern.compile("=([0-9A-F]{2})")
                .matcher(body.replace("=\r\n", ""))
                .replaceAll(pair -> Matcher.quoteReplacement("" + (char) Integer.parseInt(pair.group(1), 16)));
    }

    private static String base64(String body) {
        try {
            return new String(Base64.getMimeDecoder().decode(body), StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException e) {
            return "no base64:" + body;
        }
    }
}
