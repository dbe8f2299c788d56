package io.milena.mail;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A Content-Type value (RFC 2045 §5.1): type and subtype in lower case, parameters by lower-case name. Reading never
 * fails; parts that make no sense are left out.
 */
public record ContentType(String type, Map<String, String> parameters) {
    private static final int MOST_PARAMETERS = 20;

    public ContentType {
        parameters = Map.copyOf(parameters);
    }

    public static ContentType parse(String value) {
        var scanner = new Scanner(value);
        var type = scanner.until(";").strip().toLowerCase(Locale.ROOT);
        var parameters = new HashMap<String, String>();
        while (!scanner.atEnd() && parameters.size() < MOST_PARAMETERS) {
            scanner.skip();
            var name = scanner.until("=;").strip().toLowerCase(Locale.ROOT);
            if (scanner.atEnd() || scanner.current() == ';') {
                continue;
            }
            scanner.skip();
            parameters.putIfAbsent(name, scanner.until(";").strip());
        }
        return new ContentType(type, parameters);
    }

    public boolean isMultipart() {
        return type.startsWith("multipart/");
    }

    public boolean isDeliveryStatus() {
        return type.equals("message/delivery-status") || type.equals("message/global-delivery-status");
    }

    public Optional<String> boundary() {
        // RFC 2046 §5.1.1: 1 to 70 characters; some programs write more.
        return Optional.ofNullable(parameters.get("boundary")).filter(text -> !text.isEmpty() && text.length() <= 200);
    }

    /** Reads up to a delimiter; quotes are removed and comments dropped on the way. */
    private static final class Scanner {
        private final String value;
        private int at;

        Scanner(String value) {
            this.value = value;
        }

        boolean atEnd() {
            return at >= value.length();
        }

        char current() {
            return value.charAt(at);
        }

        void skip() {
            at++;
        }

        String until(String delimiters) {
            var text = new StringBuilder();
            int comment = 0;
            boolean quoted = false;
            for (; at < value.length(); at++) {
                char c = value.charAt(at);
                if (c == '\\' && (quoted || comment > 0) && at + 1 < value.length()) {
                    at++;
                    if (comment == 0) {
                        text.append(value.charAt(at));
                    }
                } else if (c == '"' && comment == 0) {
                    quoted = !quoted;
                } else if (quoted) {
                    text.append(c);
                } else if (c == '(') {
                    comment++;
                } else if (c == ')' && comment > 0) {
                    comment--;
                } else if (comment == 0) {
                    if (delimiters.indexOf(c) >= 0) {
                        break;
                    }
                    text.append(c);
                }
            }
            return text.toString();
        }
    }
}
